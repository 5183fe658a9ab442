// Boxed calls: every ATen operator through one function (c10::Dispatcher), arguments checked against the operator's schema.
#include "shim.h"

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

using namespace panoptes;

extern "C" const char* panoptes_last_error();

namespace {

// c10's own optional in 1.13, std::optional in 2.x: whatever this libtorch's IValue has.
using OptionalTensor = decltype(std::declval<c10::IValue&>().toOptional<at::Tensor>());

struct Operator {
  c10::OperatorHandle handle;
  std::string schema;
};

c10::List<at::Tensor> tensor_list(const Value& value) {
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  auto** tensors = static_cast<void**>(value.pointer);
  for (int i = 0; i < value.count; i++) list.push_back(borrow(tensors[i]));
  return list;
}

c10::IValue to_ivalue(const Value& value, const c10::Argument& argument) {
  switch (value.tag) {
    case Tag::None: return {};
    case Tag::Tensor: return value.pointer == nullptr ? c10::IValue() : c10::IValue(borrow(value.pointer));
    case Tag::Int: return value.integer;
    case Tag::Double: return value.number;
    case Tag::Bool: return value.integer != 0;
    case Tag::IntList: {
      auto* data = static_cast<const int64_t*>(value.pointer);
      return c10::IValue(c10::IntArrayRef(data, static_cast<size_t>(value.count)));
    }
    case Tag::DoubleList: {
      auto* data = static_cast<const double*>(value.pointer);
      c10::List<double> list;
      list.reserve(value.count);
      for (int i = 0; i < value.count; i++) list.push_back(data[i]);
      return list;
    }
    case Tag::BoolList: {
      auto* data = static_cast<const uint8_t*>(value.pointer);
      c10::List<bool> list;
      list.reserve(value.count);
      for (int i = 0; i < value.count; i++) list.push_back(data[i] != 0);
      return list;
    }
    case Tag::TensorList: return tensor_list(value);
    case Tag::OptionalTensorList: {
      c10::List<OptionalTensor> list;
      list.reserve(value.count);
      auto** tensors = static_cast<void**>(value.pointer);
      for (int i = 0; i < value.count; i++) {
        list.push_back(tensors[i] == nullptr ? OptionalTensor() : OptionalTensor(borrow(tensors[i])));
      }
      return list;
    }
    case Tag::String: return std::string(static_cast<const char*>(value.pointer), static_cast<size_t>(value.count));
    case Tag::Device: return to_device(value.integer);
    case Tag::Default: break;
  }
  if (!argument.default_value()) throw std::invalid_argument("argument '" + argument.name() + "' has no default");
  return *argument.default_value();
}

void write_result(c10::IValue&& source, Value& target) {
  target.count = 0;
  if (source.isNone()) {
    target.tag = Tag::None;
    target.pointer = nullptr;
  } else if (source.isTensor()) {
    target.tag = Tag::Tensor;
    target.pointer = give(std::move(source).toTensor());
  } else if (source.isInt()) {
    target.tag = Tag::Int;
    target.integer = source.toInt();
  } else if (source.isDouble()) {
    target.tag = Tag::Double;
    target.number = source.toDouble();
  } else if (source.isBool()) {
    target.tag = Tag::Bool;
    target.integer = source.toBool() ? 1 : 0;
  } else if (source.isTensorList()) {
    auto list = std::move(source).toTensorVector();
    auto** tensors = new void*[list.size()];
    for (size_t i = 0; i < list.size(); i++) tensors[i] = give(std::move(list[i]));
    target.tag = Tag::TensorList;
    target.count = static_cast<int32_t>(list.size());
    target.pointer = tensors;
  } else if (source.isScalar()) {
    auto scalar = source.toScalar();
    target.tag = Tag::Double;
    target.number = scalar.toDouble();
  } else {
    throw std::invalid_argument("a result of type " + source.tagKind() + " cannot cross the door");
  }
}

// "aten::conv2d(input: float32 [2, 3, 8, 8], weight: ..., stride: [1, 1])": what a reader needs to find the mistake.
std::string describe(const Operator& op, const Value* values, int count) {
  std::ostringstream text;
  text << op.handle.operator_name().name << '(';
  const auto& arguments = op.handle.schema().arguments();
  bool first = true;
  auto write_tensor = [&](void* pointer) {
    auto tensor = borrow(pointer);
    if (!tensor.defined()) {
      text << "none";
      return;
    }
    text << c10::toString(tensor.scalar_type()) << ' ' << tensor.sizes();
  };
  for (int i = 0; i < count && i < static_cast<int>(arguments.size()); i++) {
    const auto& value = values[i];
    if (value.tag == Tag::Default || value.tag == Tag::None) continue;
    if (!first) text << ", ";
    first = false;
    text << arguments[i].name() << ": ";
    switch (value.tag) {
      case Tag::Tensor: write_tensor(value.pointer); break;
      case Tag::Int: text << value.integer; break;
      case Tag::Double: text << value.number; break;
      case Tag::Bool: text << (value.integer != 0 ? "true" : "false"); break;
      case Tag::IntList: text << c10::IntArrayRef(static_cast<const int64_t*>(value.pointer), static_cast<size_t>(value.count)); break;
      case Tag::TensorList:
      case Tag::OptionalTensorList:
        text << '{';
        for (int k = 0; k < value.count && k < 8; k++) {
          if (k > 0) text << "; ";
          write_tensor(static_cast<void**>(value.pointer)[k]);
        }
        text << (value.count > 8 ? "; ...}" : "}");
        break;
      default: text << "..."; break;
    }
  }
  text << ')';
  return text.str();
}

}  // namespace

// Finds an operator ("aten::add", "Tensor"); the handle stays valid for the life of the process. Null when there is none.
PANOPTES_EXPORT void* panoptes_find_operator(const char* name, const char* overload) {
  Operator* found = nullptr;
  guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!handle) {
      set_error(std::string("libtorch has no operator ") + name + (*overload ? "." : "") + overload);
      return;
    }
    std::ostringstream schema;
    schema << handle->schema();
    found = new Operator{*handle, schema.str()};
  });
  return found;
}

// The operator's schema, as PyTorch prints it.
PANOPTES_EXPORT const char* panoptes_operator_schema(void* op) { return static_cast<Operator*>(op)->schema.c_str(); }

// Calls an operator. Missing trailing arguments take the schema's defaults, so that a newer libtorch's added ones do no harm.
PANOPTES_EXPORT int panoptes_call(void* op_pointer, const Value* arguments, int argument_count, Value* results, int result_capacity, int* result_count) {
  auto& op = *static_cast<Operator*>(op_pointer);
  int code = guarded([&] {
    const auto& schema = op.handle.schema();
    const auto& expected = schema.arguments();
    if (argument_count > static_cast<int>(expected.size())) throw std::invalid_argument("too many arguments");
    torch::jit::Stack stack;
    stack.reserve(std::max(expected.size(), schema.returns().size()));
    static const Value missing{Tag::Default, 0, {0}};
    for (size_t i = 0; i < expected.size(); i++) {
      stack.push_back(to_ivalue(static_cast<int>(i) < argument_count ? arguments[i] : missing, expected[i]));
    }
    op.handle.callBoxed(stack);
    if (static_cast<int>(stack.size()) > result_capacity) throw std::invalid_argument("more results than the caller has room for");
    *result_count = static_cast<int>(stack.size());
    for (size_t i = 0; i < stack.size(); i++) write_result(std::move(stack[i]), results[i]);
  });
  if (code != 0) {
    std::string message = panoptes_last_error();
    guarded([&] { set_error(describe(op, arguments, argument_count) + ": " + message); });
  }
  return code;
}

// Frees the array (not the tensors) of a TensorList result.
PANOPTES_EXPORT void panoptes_free_list(void* list) { delete[] static_cast<void**>(list); }
