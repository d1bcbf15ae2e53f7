"""What Windows shells make of a command line, by their published rules, so that tests need no Windows.

Only what our commands use: one command, its arguments, variables of the environment.
"""

import re
from collections.abc import Mapping

_POWERSHELL_TOKEN = re.compile(r"""\s*(?:'((?:[^'‘’‚‛]|['‘’‚‛]{2})*)'|"([^"]*)"|([^\s'"]+))(?=\s|$)""")


def arguments_from_cmd(line: str, environment: Mapping[str, str]) -> list[str]:
    """Return the arguments of a program that is started at the command prompt (not from a batch file)."""
    return split_command_line(_cmd_without_carets(_cmd_expanded(line, environment)))


def _cmd_expanded(line: str, environment: Mapping[str, str]) -> str:
    """Expand %NAME% first of all, quotes or not; at the prompt an unknown name stays as it is."""
    done = ""
    while "%" in line:
        before, _, line = line.partition("%")
        name, percent, after = line.partition("%")
        known = percent and name in environment
        done += before + (environment[name] if known else "%")
        line = after if known else line
    return done + line


def _cmd_without_carets(line: str) -> str:
    """Between double quotes everything is plain; outside, ^ makes the next sign plain."""
    done, quoted, signs = "", False, iter(line)
    for sign in signs:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign == "^":
            sign = next(signs)
        elif not quoted and sign in "&|<>":
            raise ValueError(f"cmd would take {sign} for an operator")
        done += sign
    return done


def arguments_from_windows_powershell(line: str, environment: Mapping[str, str]) -> list[str]:
    """Return the arguments of a program that is started in Windows PowerShell 5.1."""
    passed = (_as_windows_powershell_passes(text) for text in powershell_tokens(line, environment))
    return split_command_line(" ".join(passed))


def powershell_tokens(line: str, environment: Mapping[str, str]) -> list[str]:
    """Read words, '…' (a doubled quote is one) and "…" with $env:NAME."""
    tokens, position = [], 0
    while line[position:].strip():
        found = _POWERSHELL_TOKEN.match(line, position)
        if not found:
            raise ValueError(f"PowerShell would stumble at {line[position:]}")
        single, double, word = found.groups()
        if single is not None:
            tokens.append(re.sub("(['‘’‚‛])['‘’‚‛]", r"\1", single))
        elif double is not None:
            tokens.append(re.sub(r"\$env:(\w+)", lambda name: environment[name[1]], double))
        else:
            tokens.append(word)
        position = found.end()
    return tokens


def _as_windows_powershell_passes(text: str) -> str:
    """It puts quotes around white space that is not yet between quotes, and escapes no quote inside."""
    between_quotes = False
    for sign in text:
        if sign == '"':
            between_quotes = not between_quotes
        elif sign.isspace() and not between_quotes:
            return f'"{text}"'
    return text


def split_command_line(line: str) -> list[str]:
    """Split as programs of the Microsoft C library do: 2n backslashes and a quote → n backslashes, …."""
    arguments, current, quoted, started = [], "", False, False
    for backslashes, sign in re.findall(r'(\\*)("|[^\\]|$)', line, re.DOTALL):
        if sign == '"':
            current += "\\" * (len(backslashes) // 2)
            started = True
            if len(backslashes) % 2:
                current += '"'
            else:
                quoted = not quoted
        elif sign in (" ", "\t", "") and not quoted:
            current += backslashes
            if current or started:
                arguments.append(current)
            current, started = "", False
        else:
            current += backslashes + sign
    return arguments
