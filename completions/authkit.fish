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

complete -c authkit -n "__fish_authkit_needs_command" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_needs_command" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_needs_command" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_needs_command" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_needs_command" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_needs_command" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_needs_command" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_needs_command" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_needs_command" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_needs_command" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_needs_command" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_needs_command" -s V -l version -d 'Print version'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "audit" -d 'Measure lifetimes, size and findings over many tokens'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "decode" -d 'Show what a token says, without verifying it'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "explain" -d 'Say why a rule or a reason exists, and how to fix what it found'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "inspect" -d 'Explain a token, a key, a certificate or a Set-Cookie line'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "issue" -d 'Make and sign a token'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "keys" -d 'Make, convert, show and keep keys'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "lint" -d 'Judge token, session and cookie configuration of real products'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "man" -d 'Print a manual page'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "probe" -d 'Judge the cookies, redirects and tokens of endpoints'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "recommend" -d 'Say whether sessions or tokens fit you, and which numbers decided'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "schema" -d 'Print the JSON schema of a command\'s JSON answer'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "simulate" -d 'Say what sessions and tokens cost and risk under your traffic'
complete -c authkit -n "__fish_authkit_needs_command" -f -a "verify" -d 'Verify a token\'s signature and claims'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l field -d 'Each line is a JSON object; the token is at this JSON pointer or dotted path' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l fail-on -d 'The lightest finding that makes the answer no [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l rate -d 'Requests in a second: what claims cost in a day' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l top -d 'Rows of each table' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l max-findings -d 'Findings of each rule that are written out; all are counted' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l baseline -d 'Only what is not in this baseline counts against the tokens' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l write-baseline -d 'Write what is found now as a baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l try-secrets -d 'Try published secrets on HMAC tokens, and the words of FILE (a finding names the list, never the secret)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l max-expansion -d 'Read compressed sources up to this multiple of their size' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l threads -d 'Threads [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l profile -d 'Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l severity -d 'Set what findings of a rule weigh: error, warning, info or off (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l scan -d 'Take every source as any text: logs, dumps, fixtures'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l lines -d 'Take every source as one token a line'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l require-valid -d 'Count an expired or not yet valid token as an error'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-ignores -d 'Obey no ignores of the settings file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l summary -d 'Write a summary that --merge takes, instead of a report'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l merge -d 'The sources are summaries: add them up'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l allow-empty -d 'Exit with 0 when there is no token'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l get -d 'Print one claim: a name or a JSON pointer (/realm_access/roles/0); header:NAME looks in the header' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l valid-for -d 'Exit with 1 when the (unverified) exp comes sooner than this, or is absent' -r
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l scan -d 'Find every token in any text: a log, a HAR file, a pasted header'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -l allow-empty -d 'With --scan: exit with 0 when there is no token'
complete -c authkit -n "__fish_authkit_using_subcommand decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -l list -d 'List them all'
complete -c authkit -n "__fish_authkit_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s k -l key -d 'A key to try the token against: does it fit, and why not (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l policy -d 'Try the keys of [policy.NAME] of the settings file' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l profile -d 'Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l severity -d 'Set what findings of a rule weigh: error, warning, info or off (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s k -l key -d 'The key to sign with; absent: the active key of the key store' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l kid -d 'The key\'s kid, or six characters or more of its beginning' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l alg -d 'The algorithm; absent: the key\'s own' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l sub -d 'Subject; always a string, whatever it looks like' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l iss -d 'Issuer' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l aud -d 'Audience (repeatable: an array)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l scope -d 'Scope (repeatable; joined with spaces)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l ttl -d 'Lifetime [default: 15m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l exp -d 'When it expires: a time, +15m, or 15m from now' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l nbf -d 'Not valid before this time' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l iat -d 'When it was issued [default: now]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l jti -d 'The token\'s id [default: 128 random bits]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claim -d 'A claim that is a string' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claim-json -d 'A claim that is any JSON' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l claims -d 'A JSON object of claims to begin with; other flags change it' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l header -d 'A header member that is a string' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l header-json -d 'A header member that is any JSON' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5c -d 'Put the certificates of FILE into the header, the key\'s own first (x5c)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5t -d 'Put the SHA-256 digest of the certificate in FILE into the header (x5t#S256)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l x5t-sha1 -d 'Put the SHA-1 digest of the certificate in FILE there, for verifiers that know no other (x5t)' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l typ -d 'The header\'s typ [default: JWT, or what the kind says]' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l kind -d 'What kind of token: at+jwt, client-assertion, id-token, logout' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l count -d 'Make N tokens, a line each' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l policy -d 'Use the saved demands [policy.NAME] of the settings file; flags go before them' -r
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-exp -d 'Make a token that never expires (a finding)'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-iat -d 'Leave iat out'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-jti -d 'Leave jti out'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l strict -d 'Refuse to make a token that would have a finding'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l allow-weak -d 'Sign with an HMAC secret shorter than the hash (an error finding)'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand issue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "check" -d 'Find weak, broken, exposed and stale keys'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "convert" -d 'Write a key in another form: PEM, DER, JWK, JWKS, raw'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "generate" -d 'Make a new key'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "import" -d 'Put an existing key into the key store'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "list" -d 'List the keys of the key store and what comes next, or those of a set'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "public" -d 'Print the public keys, as the JWKS to publish'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "remove" -d 'Remove a key from the key store, for good'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "revoke" -d 'Revoke a key of the key store, or all of them, for good'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "rotate" -d 'Rotate the keys of the key store: one step, as often as cron likes'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "show" -d 'Show what a key is, never its private parts'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and not __fish_seen_subcommand_from check convert generate import list public remove revoke rotate show thumbprint" -f -a "thumbprint" -d 'Print the RFC 7638 thumbprint of a public or private key'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l fail-on -d 'The lightest finding that makes the answer no [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l baseline -d 'Only what is not in this baseline counts' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l write-baseline -d 'Write what is found now as a baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l profile -d 'Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l severity -d 'Set what findings of a rule weigh: error, warning, info or off (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l public -d 'The sources are meant to be published: private parts and secrets in them are errors'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-ignores -d 'Obey no ignores of the settings file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l encoding -d 'The form to write: jwk, jwks, pem, der, raw' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l kid -d 'The key of a set' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l new-passphrase -d 'Encrypt the private key that is written (pem, der): where its passphrase comes from' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l public -d 'Write the public half only'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l type -d 'hs256, hs384, hs512, rsa:2048, rsa:3072, rsa:4096, p256, p384, p521, secp256k1, ed25519, or an algorithm' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l alg -d 'The one algorithm that the key is for [default: what the type is made for]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l kid -d 'The key\'s id [default: RFC 7638 thumbprint; random for a secret]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l encoding -d 'How a file is written: jwk, jwks, pem, der, raw [default: pem; a secret: jwk]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l alg -d 'The one algorithm that the key is for [default: its alg, or what its type is made for]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l kid -d 'The key\'s id [default: its kid, else as keys generate]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l encoding -d 'The form to write: jwk, jwks, pem, der' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from public" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l reason -d 'Why [default: unspecified; with --store-leaked: compromised]' -r -f -a "compromised\t'Somebody else has, or may have, the private key'
superseded\t'Another key replaced it'
unspecified\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l publish -d 'Write the public keys to FILE as well, the JWKS that verifiers fetch (0644 less the umask, or as it was)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l store-leaked -d 'The whole key store leaked: every key dies, and new ones are made'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -l detailed-exit-code -d 'Exit with 5 when something changed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l publish -d 'Write the public keys to FILE as well, the JWKS that verifiers fetch (0644 less the umask, or as it was)' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l confirm-url -d 'Fetch the published set and look for the keys: what is there counts as published' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l every -d 'How long a key signs: 90d' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l token-ttl -d 'The longest life of a token; issue then refuses longer ones from this store [default: 1h]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l verifier-cache -d 'How long verifiers keep the key set that they fetched [default: 10m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l signer-reload -d 'How long signers keep the key store that they read [default: 5m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l publish-lag -d 'From writing the published set until every verifier that fetches gets it [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l leeway -d 'What verifiers add to exp [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l skew -d 'The most by which clocks differ [default: 1m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l immediately -d 'The next key signs now, whether or not every verifier can hold it'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s n -l dry-run -d 'Say what would be done and when the rest follows; write nothing'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l detailed-exit-code -d 'Exit with 5 when something changed, or with --dry-run would change'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand keys; and __fish_seen_subcommand_from thumbprint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l as -d 'Take every source as this format, whatever its content says' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l fail-on -d 'The lightest finding that makes the answer no [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l baseline -d 'Only what is not in this baseline counts' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l write-baseline -d 'Write what is found now as a baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l profile -d 'Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l severity -d 'Set what findings of a rule weigh: error, warning, info or off (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l explicit-only -d 'Say nothing about what counts by a product\'s default'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l list-files -d 'Say which files are recognised as what, and why, and judge nothing'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l fix -d 'Write safe fixes to the files: cookie flags, windows of reuse, units; never other lifetimes'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l detailed-exit-code -d 'Exit with 5 when --fix changed something, and nothing is left that counts'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l diff -d 'Show what --fix would change, and change nothing'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l allow-empty -d 'Exit with 0 when no file is recognised'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-ignores -d 'Obey no ignores of the settings file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand man" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand man" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand man" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand man" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand man" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand man" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand man" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l headers -d 'Judge saved responses: what curl -i, curl -D or curl -v wrote, or header lines; - is standard input' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l har -d 'Judge a HAR, as the network panel of a browser saves it; - is standard input' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l replay -d 'Judge what --record wrote; - is standard input' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l urls -d 'Ask the URLs in FILE too, one a line; - is standard input' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l method -d 'How to ask [default: GET, with --data POST]' -r -f -a "GET\t''
HEAD\t''
POST\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l header -d 'Send a header with every request to the URLs that are named: \'Name: value\', or @FILE (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l data -d 'Send the bytes of FILE; - is standard input' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l max-redirects -d 'Redirects that are followed, with the cookies that are set on the way; each answer is judged' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l concurrency -d 'URLs at the same time' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l per-host -d 'Requests at the same time to one host' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l timeout -d 'How long a request may take, its body included' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l connect-timeout -d 'How long until a connection stands' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l first-byte-timeout -d 'How long until an answer begins' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l record -d 'Write what was seen to FILE (0600), with placeholders for cookie values and credentials; --replay judges it' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l target -d 'Ask the URLs of [probe.NAME] in the file of --config, and allow what it allows; saved sources take its rules too' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l cookie -d 'What cookies are for, by name: sid*=session, csrf, remember, affinity, analytics, other (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l fail-on -d 'The lightest finding that makes the answer no [default: error]' -r -f -a "error\t''
warning\t''
info\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l baseline -d 'Only what is not in this baseline counts' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l write-baseline -d 'Write what is found now as a baseline' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l login -d 'Log in at URL and look what becomes of the session; use an account made for tests' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l login-page -d 'Get the login form from URL [default: that of --login]' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l form -d 'Field of the login: user=alice, password=env:PW, file:PATH, prompt: or - (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l json-body -d 'Log in with the JSON object in FILE; --form fields become members of it' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l csrf -d 'What to send against forged requests' -r -f -a "auto\t'Send what the login page has: hidden fields, and tokens of a meta tag or a cookie as headers'
off\t'Send nothing but the fields that were given'"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l protected -d 'Page that answers differently to the user and to a visitor' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l marker -d 'Text on the protected page that only the user sees; without it, answers are compared' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l logout -d 'Log out at URL, and send copies of the cookies after it' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l logout-method -d 'How to log out' -r -f -a "post\t''
get\t''"
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l bearer-from -d 'The login hands out an access token at POINTER of its JSON, and that is the session: /access_token' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh -d 'Renew the access token at URL, replay the old refresh token, and try it after logout' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh-from -d 'Where the refresh token is' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l refresh-form -d 'Field of the refresh: client_id=app (repeatable; values as in --form)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l max-logins -d 'Send the credentials at most N times' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l samples -d 'Ask each URL (with --login: the login page) as N visitors, and tell what their ids leave to guess' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l profile -d 'Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l limit -d 'Set a limit: access-token-max=15m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l severity -d 'Set what findings of a rule weigh: error, warning, info or off (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l visits-only -d 'Ask each URL once: not again with a made-up Origin, nor over plain http'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l insecure -d 'Check no certificates; the report says so'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l assume-https -d 'Judge plain http as if TLS ended at a proxy in front'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-ignores -d 'Obey no ignores of the settings file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l allow-empty -d 'Exit with 0 when there is no response'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l dry-run -d 'Show what would be sent, and send nothing'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l clients -d 'Who presents the credential [default: server-rendered]' -r -f -a "server-rendered\t''
spa\t''
mobile\t''
machine\t''
mixed\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l domains -d 'Does one cookie reach everything that checks it? [default: one]' -r -f -a "one\t''
several\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l services -d 'Services that check who asks, one after another [default: 1]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l regions -d 'Regions that they are in; the store is in the first [default: 1]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l rate -d 'Requests of an active user: 4/hour [default: 1/min; of a machine 1/s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l revoke-within -d 'How soon a revoked login must stop, on all nodes: 0s, 5s [default: 15m]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l outage -d 'Who may be refused while the store is out [default: everyone]' -r -f -a "everyone\t''
renewals\t''
nobody\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l store -d 'What there is that remembers [default: redis]' -r -f -a "redis\t''
sql\t''
none\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l users -d 'Users [default: 10000]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l nodes -d 'Nodes over all regions [default: 1 for a lone server that renders, else 8]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l added-latency -d 'What a request may take longer for being asked who it is, 99 of 100 times [default: 50ms]' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l for -d 'End with a configuration of this product' -r -f -a "cognito\t''
envoy\t''
gotrue\t''
hydra\t''
istio\t''
keycloak\t''
kong\t''
kratos\t''
oauth2-proxy\t''
supabase\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l print -d 'Print only the policy (an authkit.toml), the product\'s configuration, or the scenario that was weighed' -r -f -a "policy\t''
config\t''
scenario\t''"
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l seed -d 'What chance begins with; the same seed gives the same numbers on any machine' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l threads -d 'Threads [default: all cores]; they change nothing but the time it takes' -r
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -l confidential -d 'The client keeps a secret, or its tokens are bound to a key'
complete -c authkit -n "__fish_authkit_using_subcommand recommend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l preset -d 'A scenario that comes with authkit; --list shows them' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l strategy -d 'Only this strategy; one that the scenario lacks is added (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l set -d 'Change the scenario: run.users=5000, client.refresh=lazy, access=5m (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l sweep -d 'One run for each value: access=2m..24h, or topology.nodes=1,2,4' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l steps -d 'Values of a sweep from .. to' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l seed -d 'What chance begins with; the same seed gives the same numbers on any machine' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l threads -d 'Threads [default: all cores]; they change nothing but the time it takes' -r
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l all -d 'Show every metric'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l print-scenario -d 'Print the scenario as it would be run, and do not run it'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -l list -d 'List presets and strategies, and which of them shows what'
complete -c authkit -n "__fish_authkit_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l format -d 'How to write the answer [env: AUTHKIT_FORMAT]' -r -f -a "human\t'For people'
json\t'One JSON document, or one a line for many tokens'
sarif\t'Findings as SARIF 2.1.0, for code scanning'
github\t'Findings as annotations of a GitHub Actions run'
junit\t'Findings as JUnit XML: errors and warnings fail, information passes'
markdown\t'Findings and the report as Markdown, for a pull request or a job summary'
csv\t'The findings, or the table that the answer is, as CSV (RFC 4180)'"
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s o -l output -d 'Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l color -d 'When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l now -d 'The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l keystore -d 'The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l passphrase -d 'Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s k -l key -d 'A key to verify with (repeatable; ISS=SPEC binds it to an issuer); absent: the key store' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l threads -d 'Threads for --lines [default: all cores]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l get -d 'Print one claim, only when the token is accepted: a name, a JSON pointer, or header:NAME' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l payload -d 'The detached payload, with --signature-only' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l iss -d 'Who must have issued it (repeatable: any of them)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l aud -d 'Who you are: one of the token\'s audiences (repeatable: any of them)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l sub -d 'Whom it must be about' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l alg -d 'An algorithm that may be used (repeatable); absent: what the keys allow' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l typ -d 'The header\'s typ' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l kind -d 'What kind of token: at+jwt, client-assertion, id-token, logout' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l leeway -d 'How far clocks may differ, at most 24h [default: 0s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l max-age -d 'The longest time since iat' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l scope -d 'A scope that must be granted (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l require -d 'A claim that must be there: a name or a JSON pointer (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l claim -d 'A claim that must be this string (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l claim-json -d 'A claim that must be equal to this JSON (repeatable)' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l max-token-bytes -d 'The largest token [default: 1048576]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l policy -d 'Use the saved demands [policy.NAME] of the settings file; flags go before them' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l config -d 'The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository\'s root]' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l cacert -d 'Trust the authorities in FILE (PEM) instead of the system\'s' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l timeout -d 'How long a fetch may take [default: 10s]' -r
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l jwks-cache -d 'Keep key sets in DIR for as long as their hosts allow, at most 24 hours' -r -F
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l json -d 'The same as --format json'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l force -d 'Replace an existing file'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s q -l quiet -d 'Print what was made and errors, nothing else'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s v -l verbose -d 'Say where each effective value came from'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l no-input -d 'Never ask; fail where a prompt would be needed'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l lines -d 'One token a line; one result a line (files, or standard input)'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-empty -d 'With --lines: exit with 0 when there is no token'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l signature-only -d 'Verify the signature over any payload; claims are not looked at'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l all-signatures -d 'With --signature-only: every signature must verify, not just one'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l any-aud -d 'Accept any audience'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-no-exp -d 'Accept a token without exp'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l allow-weak -d 'Accept keys below the minimum of RFC 7518, with an error finding'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l strict -d 'Demand that --iss, --aud and --alg are all named'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l no-config -d 'Read no settings file'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l trust-config -d 'Obey keys and policies of the file that was found, as if --config had named it'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -l offline -d 'Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]'
complete -c authkit -n "__fish_authkit_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
