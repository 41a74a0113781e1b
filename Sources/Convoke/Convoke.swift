@_exported public import ConvokeFleet
@_exported public import ConvokeGateway
@_exported public import ConvokeGroupFiles
@_exported public import ConvokeHosts
@_exported public import ConvokeProcess
@_exported public import ConvokeSSH
@_exported public import ConvokeServices
@_exported public import ConvokeWire
