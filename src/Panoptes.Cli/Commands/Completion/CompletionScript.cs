namespace Panoptes.Cli.Commands.Completion;

/// <summary>
/// The scripts of shells. Each asks the tool that is being typed, <c>panoptes [suggest:POSITION] LINE</c>, and leaves the names of files
/// to the shell where the tool knows nothing.
/// </summary>
internal static class CompletionScript
{
    // Words are cut at = and : by bash, but the tool completes key=value whole: what is typed of it already is taken off again. Bash 3 of
    // macOS has no mapfile.
    private const string Bash = """
        _panoptes_complete() {
            local line="${COMP_LINE:0:COMP_POINT}" rest word reply
            rest="${line#"${COMP_WORDS[0]}"}"
            rest="${rest#" "}"
            word="${rest##* }"
            local typed="${COMP_WORDS[COMP_CWORD]}"
            case "$typed" in [=:]) typed="" ;; esac
            local before="${word%"$typed"}"
            COMPREPLY=()
            while IFS= read -r reply; do
                if [ -n "$reply" ]; then COMPREPLY+=("${reply#"$before"}"); fi
            done < <("${COMP_WORDS[0]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)
            case "${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null ;; esac
        }
        complete -o default -F _panoptes_complete panoptes

        """;

    private const string Zsh = """
        #compdef panoptes
        _panoptes_complete() {
            local rest="${LBUFFER#*[[:space:]]}"
            local -a replies keys
            replies=("${(@f)$("${words[1]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)}")
            keys=("${(@M)replies:#*=}")
            replies=("${(@)replies:#*=}")
            replies=("${(@)replies:#}")
            if (( ${#keys} + ${#replies} == 0 )); then
                _files
                return
            fi
            (( ${#replies} )) && compadd -- "${replies[@]}"
            (( ${#keys} )) && compadd -S '' -- "${keys[@]}"
        }
        compdef _panoptes_complete panoptes

        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName panoptes -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $command = $commandAst.CommandElements[0]
            $line = $commandAst.ToString()
            $end = [Math]::Max(0, [Math]::Min($cursorPosition - $commandAst.Extent.StartOffset, $line.Length))
            $rest = $line.Substring(0, $end)
            # A space behind the last word is not part of the command, but asks for the next word.
            if ($cursorPosition - $commandAst.Extent.StartOffset -gt $line.Length) { $rest += ' ' }
            $rest = $rest.Substring([Math]::Min($rest.Length, $command.Extent.Text.Length)).TrimStart()
            & $command.Extent.Text "[suggest:$($rest.Length)]" $rest 2>$null | Where-Object { $_ } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private const string Fish = """
        function __panoptes_complete
            set -l words (commandline -opc)
            set -l rest (string join ' ' -- $words[2..-1] (commandline -ct))
            set -l replies ($words[1] "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null)
            if test (count $replies) -gt 0
                printf '%s\n' $replies
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c panoptes -f -a '(__panoptes_complete)'

        """;

    /// <summary>The script of a shell.</summary>
    /// <param name="shell"><c>bash</c>, <c>zsh</c>, <c>pwsh</c> or <c>fish</c>.</param>
    public static string For(string shell) => (shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "pwsh" => Pwsh,
        "fish" => Fish,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "bash, zsh, pwsh or fish"),
    }).ReplaceLineEndings("\n");
}
