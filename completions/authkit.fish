# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_authkit_global_optspecs
    string join \n format= json o/output= force color= q/quiet v/verbose no-input now= keystore= passphrase= h/help V/version
end

function __fish_authkit_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_authkit_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_authkit_using_subcommand
    set -l cmd (__fish_authkit_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c authkit -n "__fish_authkit_needs_command" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_needs_command" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_needs_command" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_needs_command" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_needs_command" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_needs_command" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_needs_command" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_needs_command" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_needs_command" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_needs_command" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_needs_command" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_needs_command" -s V -l version -d 'Print version'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "audit" -d 'Measure lifetimes, sizes and findings across many tokens'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "decode" -d 'Decode a token without verifying it'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "explain" -d 'Explain a rule or reject reason and how to fix it'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "inspect" -d 'Explain a token, a key, a certificate or a Set-Cookie line'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "issue" -d 'Create and sign a token'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "keys" -d 'Generate, convert, show, check and rotate keys'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "lint" -d 'Check token, session and cookie settings in config files'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "man" -d 'Print a manual page'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "probe" -d 'Check cookies, redirects, caching and tokens of endpoints'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "recommend" -d 'Recommend sessions or tokens for your requirements'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "schema" -d 'Print the JSON Schema of a command\'s JSON output'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "simulate" -d 'Simulate cost and risk of sessions and tokens under load'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "verify" -d 'Verify a token\'s signature and claims'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l field -d 'Read NDJSON with the token at this pointer or dotted path' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l fail-on -d 'Fail the run at this severity or above [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l baseline -d 'Report only findings that are not in this baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l write-baseline -d 'Write the current findings to a baseline file' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l rate -d 'Compute the claim bytes per day at N requests per second' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l top -d 'Limit the rows of each table' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l max-findings -d 'Limit the findings printed per rule (all are counted)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l try-secrets -d 'Try published secrets and the words of FILE on HMAC tokens' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l max-expansion -d 'Read compressed sources up to N times their size' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l threads -d 'Set the number of threads [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l profile -d 'Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l severity -d 'Override the severity of a rule (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l scan -d 'Scan every source as free text (logs, dumps, fixtures)'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l lines -d 'Read every source as one token per line'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-ignores -d 'Do not apply [[ignore]] entries'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l require-valid -d 'Report expired and not yet valid tokens as errors'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l summary -d 'Write a mergeable summary for --merge instead of a report'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l merge -d 'Merge summaries that were written with --summary'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l allow-empty -d 'Exit with 0 if no token is found'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l pick -d 'Choose among several tokens in a text, by number or name' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l get -d 'Print one value: a.b.0, a JSON Pointer, or header:NAME' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l valid-for -d 'Exit with 1 if exp is sooner than this or absent' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l scan -d 'Find every token in any text: logs, HAR files, headers'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l lines -d 'Decode one token per line'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l allow-empty -d 'Exit with 0 if --scan or --lines finds no token'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l list -d 'List every id'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l pick -d 'Choose among several tokens in a text, by number or name' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s k -l key -d 'Check whether this key matches the token (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l policy -d 'Check the keys of [policy.NAME] in the config file' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l tz -d 'Show dates in this time zone: utc, local or a name [default: utc]' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l profile -d 'Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l severity -d 'Override the severity of a rule (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s k -l key -d 'Sign with this key [default: active key of the key store]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l kid -d 'Select the key by kid or prefix (6 characters or more)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l alg -d 'Set the signature algorithm [default: from the key]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l sub -d 'Set the subject (sub), always as a string' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l iss -d 'Set the issuer (iss)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l aud -d 'Add an audience (repeatable; several become an array)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l scope -d 'Add a scope (repeatable; joined with spaces)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l ttl -d 'Set the lifetime [default: 15m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l exp -d 'Set the expiry (exp): a time, or a duration such as 15m' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l nbf -d 'Set the start of validity (nbf)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l iat -d 'Set the issue time (iat) [default: now]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l jti -d 'Set the token ID (jti) [default: 128 random bits]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claim -d 'Set a claim to a string' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claim-json -d 'Set a claim to a JSON value' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claims -d 'Start from a JSON object of claims; other flags override it' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l header -d 'Set a header parameter to a string' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l header-json -d 'Set a header parameter to a JSON value' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5c -d 'Add a certificate chain to the header (x5c)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5t -d 'Add the SHA-256 digest of a certificate (x5t#S256)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5t-sha1 -d 'Add the SHA-1 digest of a certificate (x5t)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l typ -d 'Set the header parameter typ [default: JWT, or from --kind]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l kind -d 'Set the kind [at+jwt, client-assertion, id-token, logout]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l count -d 'Issue N tokens, one per line' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l policy -d 'Apply [policy.NAME] from the config file' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-exp -d 'Issue a token that never expires (a finding)'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-iat -d 'Omit iat'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-jti -d 'Omit jti'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l strict -d 'Refuse to issue a token that would have a finding'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l allow-weak -d 'Allow an HMAC secret shorter than the hash (error finding)'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "check" -d 'Find weak, broken, exposed and stale keys'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "convert" -d 'Convert a key to PEM, DER, JWK, JWKS or raw bytes'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "generate" -d 'Generate a key'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "import" -d 'Import an existing key into the key store'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "list" -d 'List keys with their state and next rotation date'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "public" -d 'Print the public keys as the JWKS to publish'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "remove" -d 'Remove a key from the key store permanently'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "revoke" -d 'Revoke one key or every key, permanently'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "rotate" -d 'Run one step of key rotation (idempotent, for cron)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "show" -d 'Describe keys without their private parts'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "thumbprint" -d 'Print the RFC 7638 thumbprint of a public or private key'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint use" -f -a "use" -d 'Sign with this key of the key store from now on'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l fail-on -d 'Fail the run at this severity or above [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l baseline -d 'Report only findings that are not in this baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l write-baseline -d 'Write the current findings to a baseline file' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l profile -d 'Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l severity -d 'Override the severity of a rule (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l public -d 'Report private keys and secrets in the sources as errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-ignores -d 'Do not apply [[ignore]] entries'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l encoding -l to -d 'Select the encoding to write [jwk, jwks, pem, der, raw]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l kid -d 'Select one key of a JWKS by kid' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l new-passphrase -d 'Encrypt the written private key with this passphrase' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l set-kid -d 'Set the kid: a text, or thumbprint (RFC 7638)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l set-alg -d 'Set alg, restricting the key to this algorithm' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l use -d 'Set use (RFC 7517 §4.2)' -r -f -a "sig\t''
enc\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l public -d 'Write only the public key'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l type -d 'Set the key type: p256, ed25519, rsa:3072, hs256, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l alg -d 'Restrict the key to this algorithm [default: by type]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l kid -d 'Set the kid [default: RFC 7638 thumbprint; secret: random]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l encoding -d 'Set the encoding of the file [default: pem; secret: jwk]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l alg -d 'Restrict the key to this algorithm [default: its alg]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l kid -d 'Set the kid [default: its kid, else as in keys generate]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l encoding -d 'Select the encoding [jwk, jwks, pem, der]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l set-kid -d 'Set the kid: a text, or thumbprint (RFC 7638)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l set-alg -d 'Set alg, restricting the key to this algorithm' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l use -d 'Set use (RFC 7517 §4.2)' -r -f -a "sig\t''
enc\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Remove without asking'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l reason -d 'Set the reason [default: unspecified]' -r -f -a "compromised\t'The private key was or may have been disclosed'
superseded\t'Replaced by another key'
unspecified\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l publish -d 'Also write the public keys to FILE, as a JWKS' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l store-leaked -d 'Revoke every key and generate new ones'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s y -l yes -d 'Revoke without asking'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s n -l dry-run -d 'Print what would change; write nothing'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l detailed-exit-code -d 'Exit with 5 if something changed (--dry-run: would change)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l publish -d 'Also write the public keys to FILE, as a JWKS' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l confirm-url -d 'Fetch the JWKS at URL and record its keys as published' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l every -d 'Replace a key after this time: 90d' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l token-ttl -d 'Set the maximum token lifetime [default: 1h]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l verifier-cache -d 'Set how long verifiers cache the JWKS [default: 10m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l signer-reload -d 'Set how long signers cache the key store [default: 5m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l publish-lag -d 'Set the delay until a new JWKS can be fetched [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l leeway -d 'Set the leeway that verifiers grant after exp [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l skew -d 'Set the maximum clock skew [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l immediately -d 'Sign with the next key now, even if verifiers may lack it'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s n -l dry-run -d 'Print the planned steps and dates; write nothing'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l detailed-exit-code -d 'Exit with 5 if something changed (--dry-run: would change)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -s n -l dry-run -d 'Print what would change; write nothing'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l as -d 'Read every source as FORMAT instead of detecting it' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l fail-on -d 'Fail the run at this severity or above [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l baseline -d 'Report only findings that are not in this baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l write-baseline -d 'Write the current findings to a baseline file' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l profile -d 'Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l severity -d 'Override the severity of a rule (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l explicit-only -d 'Report explicit settings only, not product defaults'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l list-files -d 'List detected formats and the reason, without checking'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l fix -d 'Apply safe fixes: cookie flags, reuse grace periods, units'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l detailed-exit-code -d 'Exit with 5 if --fix changed a file and the rest passes'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l diff -d 'Show the changes of --fix without writing them'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l allow-empty -d 'Exit with 0 if no file is recognised'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-ignores -d 'Do not apply [[ignore]] entries'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand man" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand man" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand man" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand man" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand man" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l headers -d 'Check saved responses, such as curl -i output (- for stdin)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l har -d 'Check a HAR file that a browser saved (- for stdin)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l replay -d 'Check a recording written with --record (- for stdin)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l urls -d 'Also request the URLs in FILE, one per line (- for stdin)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l method -d 'Set the method [default: GET, with --data POST]' -r -f -a "GET\t''
HEAD\t''
POST\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l header -d 'Add a request header: \'Name: value\' or @FILE (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l data -d 'Send the bytes of FILE as the body (- for stdin)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l max-redirects -d 'Follow at most N redirects' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l concurrency -d 'Request at most N URLs at the same time' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l per-host -d 'Send at most N requests to one host at the same time' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l timeout -d 'Set the timeout of a request, including its body' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l connect-timeout -d 'Set the connection timeout' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l first-byte-timeout -d 'Set the timeout until the first byte of a response' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l cacert -d 'Trust the CAs in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l record -d 'Record requests and responses to FILE for --replay' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l target -d 'Request the URLs of [probe.NAME] and apply its allowances' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l cookie -d 'Set the class of cookies by name: sid*=session (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l fail-on -d 'Fail the run at this severity or above [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l baseline -d 'Report only findings that are not in this baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l write-baseline -d 'Write the current findings to a baseline file' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l login -d 'Log in at URL and check the session lifecycle' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l login-page -d 'Get the login form from URL [default: URL of --login]' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l form -d 'Set a login field: user=alice, password=env:PW (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l json-body -d 'Log in with the JSON object in FILE, plus --form fields' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l csrf -d 'Select the CSRF protection to send' -r -f -a "auto\t'Send hidden fields of the login page, and CSRF tokens of a meta tag or cookie as headers'
off\t'Send only the given fields'"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l protected -d 'Request this page to classify sessions as user or anonymous' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l marker -d 'Expect TEXT on the protected page only when authenticated' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l logout -d 'Log out at URL, and replay copies of the cookies afterwards' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l logout-method -d 'Set the HTTP method of the logout' -r -f -a "post\t''
get\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l bearer-from -d 'Use the access token at POINTER of the login response' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh -d 'Refresh the access token at URL and check token rotation' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh-from -d 'Read the refresh token at POINTER' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh-form -d 'Set a refresh field: client_id=app (repeatable, as --form)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l max-logins -d 'Send the credentials at most N times' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l samples -d 'Request each URL N times and estimate session id entropy' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l profile -d 'Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l severity -d 'Override the severity of a rule (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as GitHub Actions annotations'
junit\t'Findings as JUnit XML: those that fail the run are failures'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l passive -d 'Request each URL once, without the Origin and HTTP checks'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l insecure -d 'Skip certificate verification (shown in the report)'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l assume-https -d 'Treat plain HTTP as HTTPS (TLS ends at a reverse proxy)'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-ignores -d 'Do not apply [[ignore]] entries'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l allow-empty -d 'Exit with 0 if no response is found'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l dry-run -d 'Print the planned requests, and send nothing'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l clients -d 'Set the client type [default: server-rendered]' -r -f -a "server-rendered\t''
spa\t''
mobile\t''
machine\t''
mixed\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l domains -d 'Set whether one cookie domain is enough [default: one]' -r -f -a "one\t''
several\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l services -d 'Set the services that check a request in turn [default: 1]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l regions -d 'Set the number of regions [default: 1]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l rate -d 'Set the requests per active user: 4/hour [default: 1/min]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l revoke-within -d 'Limit the revocation latency, all nodes [default: 15m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l outage -d 'Set who may be denied in a store outage [default: everyone]' -r -f -a "everyone\t''
renewals\t''
nobody\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l store -d 'Set the session store [default: redis]' -r -f -a "redis\t''
sql\t''
none\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l users -d 'Set the number of users [default: 10000]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l nodes -d 'Set the number of nodes in all regions [default: 1 or 8]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l added-latency -d 'Limit the added latency per request (p99) [default: 50ms]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l for -d 'Add a starter configuration for this product' -r -f -a "cognito\t''
envoy\t''
gotrue\t''
hydra\t''
istio\t''
keycloak\t''
kong\t''
kratos\t''
oauth2-proxy\t''
supabase\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l print -d 'Print only the policy, the configuration or the scenario' -r -f -a "policy\t''
config\t''
scenario\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l seed -d 'Set the random seed (same seed, same results)' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l threads -d 'Set the number of threads [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l confidential -d 'Assume confidential clients or sender-constrained tokens'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l preset -d 'Run a built-in scenario (see --list)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l strategy -d 'Run only this strategy; add it if missing (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l set -d 'Override a scenario key: run.users=5000 (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l sweep -d 'Run once per value: access=2m..24h, topology.nodes=1,2,4' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l steps -d 'Set the number of values of a FROM..TO sweep' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l seed -d 'Set the random seed (same seed, same results)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l threads -d 'Set the number of threads [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'
markdown\t'Findings and report as Markdown, for pull requests and job summaries'
csv\t'Findings, or the table of the result, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l all -d 'Show every metric'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l print-scenario -d 'Print the resulting scenario without running it'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l list -d 'List presets, strategies and the trade-offs they show'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l pick -d 'Choose among several tokens in a text, by number or name' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s k -l key -d 'Verify with this key (repeatable) [default: the key store]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l threads -d 'Set the number of threads for --lines [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l get -d 'Print one claim if the token is accepted' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l payload -d 'Read the detached payload from FILE (--signature-only)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l iss -d 'Require one of these issuers (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l aud -d 'Require one of these audiences (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l sub -d 'Require this subject (sub)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l alg -d 'Allow this algorithm (repeatable) [default: from the keys]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l typ -d 'Require this header parameter typ' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l kind -d 'Require a kind [at+jwt, client-assertion, id-token, logout]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l leeway -d 'Allow this much clock skew (at most 24h) [default: 0s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l max-age -d 'Reject tokens older than this (time since iat)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l scope -d 'Require this scope (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l require -d 'Require a claim, by name or JSON Pointer (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l claim -d 'Require a claim to be this string (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l claim-json -d 'Require a claim to equal this JSON value (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l crit -d 'Accept this name in crit: you check the extension (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l max-token-bytes -d 'Limit the size of a token in bytes [default: 1048576]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l policy -d 'Apply [policy.NAME] from the config file' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l config -d 'Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l cacert -d 'Trust the CA certificates in FILE (PEM) only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l timeout -d 'Set the time limit of a fetch [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l jwks-cache -d 'Cache remote keys in DIR' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s o -l output -d 'Write to FILE instead of standard output (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l color -d 'Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l now -d 'Evaluate as of TIME instead of the current time' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l keystore -d 'Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l passphrase -d 'Read the key passphrase from a file, env:NAME, prompt: or -' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l format -d 'Set the output format [env: AUTHKIT_FORMAT]' -r -f -a "human\t'Human-readable text'
json\t'One JSON document, or one per line for many tokens'"
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l lines -d 'Verify one token per line and print one result per line'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-empty -d 'Exit with 0 if --lines reads no token'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l signature-only -d 'Verify only the signature, over any payload; ignore claims'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l all-signatures -d 'Require every signature to be valid (--signature-only)'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l any-aud -d 'Accept any audience'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-no-exp -d 'Accept a token without exp'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-weak -d 'Accept keys below the RFC 7518 minimum (error finding)'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l strict -d 'Require that --iss, --aud and --alg are all set'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-padding -d 'Accept segments padded with =, as AWS load balancers send them'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l no-config -d 'Do not read a config file'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l trust-config -d 'Trust keys and policies in a discovered config file'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l offline -d 'Use cached keys, never the network [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l json -d 'Print JSON (same as --format json)'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s q -l quiet -d 'Print only artefacts and errors'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s v -l verbose -d 'Print the origin of each effective value'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l no-input -d 'Never prompt; fail instead'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
