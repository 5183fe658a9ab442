using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>The summaries of types and members, from the documentation files that the compiler writes next to the assemblies.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<Assembly, IReadOnlyDictionary<string, string>> _files = [];

    /// <summary>A type's summary on one line; empty where there is no documentation file.</summary>
    public string Summary(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    /// <summary>A property's or field's summary on one line; empty where there is no documentation file.</summary>
    public string Summary(MemberInfo member) =>
        Find(member.DeclaringType!.Assembly, $"{(member is PropertyInfo ? 'P' : 'F')}:{member.DeclaringType.FullName}.{member.Name}");

    private string Find(Assembly assembly, string id)
    {
        if (!_files.TryGetValue(assembly, out IReadOnlyDictionary<string, string>? summaries))
            _files[assembly] = summaries = Read(assembly);
        return summaries.GetValueOrDefault(id, "");
    }

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        string path = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path)) return [];
        try
        {
            return XDocument.Load(path).Descendants("member").Where(m => m.Element("summary") is not null)
                .ToDictionary(m => m.Attribute("name")!.Value, m => Spaces().Replace(Text(m.Element("summary")!), " ").Trim());
        }
        catch (XmlException)
        {
            return [];
        }
    }

    /// <summary>The text of an element, references by their last name.</summary>
    private static string Text(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } see => (see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? "").Split('.')[^1],
        XElement child => Text(child),
        XText text => text.Value,
        _ => "",
    }));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
