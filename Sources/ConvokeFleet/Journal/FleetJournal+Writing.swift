import ConvokeHosts
import ConvokeProcess

extension FleetJournal {
  func begin(_ action: FleetAction, on hosts: [Host]) {}
  func record(_ command: inout Command, of member: FleetMember) {}
  func note(_ result: FleetResult) {}
  func finish(_ report: FleetReport) {}
}
