package import ConvokeSSH

extension SSHConnections: Launcher {}
