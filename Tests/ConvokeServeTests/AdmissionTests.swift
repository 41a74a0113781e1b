import Testing

@testable import ConvokeServe

@Suite struct AdmissionTests {
  private static let quote = UInt8(ascii: "'")
  private static let greeting = UInt8(ascii: "c")

  @Test func `without credentials everybody is served`() {
    let admission = Admission(hasTLS: false, hasToken: false, isInsecure: false)
    #expect(admission.step(first: Self.quote, isEncrypted: false) == .serve)
    #expect(admission.step(first: UInt8(ascii: "\""), isEncrypted: false) == .serve)
    #expect(admission.step(first: Self.greeting, isEncrypted: false) == .readHandshake)
    #expect(
      admission.step(first: 0x16, isEncrypted: false)
        == .refuse("it speaks TLS, and no certificate is set")
    )
    #expect(admission.step(first: 0, isEncrypted: false) == .refuse("it sent garbage"))
  }

  @Test func `a token is asked of everybody`() {
    let admission = Admission(hasTLS: false, hasToken: true, isInsecure: false)
    #expect(
      admission.step(first: Self.quote, isEncrypted: false) == .refuse("it showed no token")
    )
    #expect(admission.step(first: Self.greeting, isEncrypted: false) == .readHandshake)
  }

  @Test func `a certificate is asked of everybody`() {
    let admission = Admission(hasTLS: true, hasToken: false, isInsecure: false)
    let refusal = Admission.Step.refuse("it does not speak TLS")
    #expect(admission.step(first: Self.quote, isEncrypted: false) == refusal)
    #expect(admission.step(first: Self.greeting, isEncrypted: false) == refusal)
    #expect(admission.step(first: 0x16, isEncrypted: false) == .startTLS)
    #expect(admission.step(first: 0x16, isEncrypted: true) == .refuse("it sent garbage"))
    #expect(admission.step(first: Self.quote, isEncrypted: true) == .serve)
  }

  @Test func `insecurity lets clients in that show nothing, but checks what is shown`() {
    let admission = Admission(hasTLS: true, hasToken: true, isInsecure: true)
    #expect(admission.step(first: Self.quote, isEncrypted: false) == .serve)
    #expect(admission.step(first: Self.greeting, isEncrypted: false) == .readHandshake)
    #expect(admission.step(first: 0x16, isEncrypted: false) == .startTLS)
  }
}
