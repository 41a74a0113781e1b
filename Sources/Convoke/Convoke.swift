@_exported public import ConvokeFleet
@_exported public import ConvokeHosts
@_exported public import ConvokeProcess
@_exported public import ConvokeSSH
