// A library with NCCL's functions, as its documentation declares them, that computes in main memory with one process. It checks what it is
// called with: NcclLibraryTests compiles it, since no machine that runs the tests has a GPU.
#include <stdlib.h>
#include <string.h>

typedef struct { char internal[128]; } ncclUniqueId;
typedef struct ncclComm { int size, rank, asyncError; } *ncclComm_t;

int ncclGetVersion(int *version) { *version = 22703; return 0; }

int ncclGetUniqueId(ncclUniqueId *id)
{
    for (int i = 0; i < 128; i++) id->internal[i] = (char)(i + 1);
    return 0;
}

int ncclCommInitRank(ncclComm_t *comm, int size, ncclUniqueId id, int rank)
{
    for (int i = 0; i < 128; i++)
        if (id.internal[i] != (char)(i + 1)) return 4;
    if (rank < 0 || rank >= size) return 5;
    *comm = malloc(sizeof **comm);
    (*comm)->size = size;
    (*comm)->rank = rank;
    (*comm)->asyncError = 7;
    return 0;
}

// ncclSum of ncclFloat32; as if every process had the same numbers.
int ncclAllReduce(const void *from, void *to, size_t count, int type, int operation, ncclComm_t comm, void *stream)
{
    if (type != 7 || operation != 0 || stream != (void *)0x1234) return 4;
    for (size_t i = 0; i < count; i++) ((float *)to)[i] = ((const float *)from)[i] * (float)comm->size;
    if (((float *)to)[0] > 1e6f) comm->asyncError = 6;
    return 0;
}

int ncclCommGetAsyncError(ncclComm_t comm, int *error) { *error = comm->asyncError; return 0; }
int ncclCommDestroy(ncclComm_t comm) { free(comm); return 0; }
int ncclCommAbort(ncclComm_t comm) { free(comm); return 0; }
const char *ncclGetErrorString(int code) { return code == 6 ? "remote process exited or there was a network error" : "invalid argument"; }
