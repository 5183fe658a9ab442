using System.Runtime.Versioning;

// The tool's native libraries, its installer and its launcher are for Linux.
[assembly: SupportedOSPlatform("linux")]
