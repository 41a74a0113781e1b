import ConvokeHosts
import Testing
