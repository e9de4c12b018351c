import Testing
import traceql

private let id = "7d7ac01c6f2c69a67eeac21deabb27cb"

@Test(
  arguments: [
    ("", []), ("no IDs here", []), (id, [id]), (id.uppercased(), [id]),
    ("traceID=\(id) spanID=00f067aa0ba902b7", [id]),
    (#"{"trace_id":"\#(id)","span_id":"00f067aa0ba902b7"}"#, [id]),
    (#"msg="{\"traceId\":\"\#(id)\"}""#, [id]), ("trace.id: \(id).", [id]),
    ("traceparent: 00-\(id)-00f067aa0ba902b7-01", [id]), ("(\(id)) and \(id)", [id]),
    // Shorter ones only by name.
    ("16 digits 80f198ee56343ba8", []),
    ("traceId=80f198ee56343ba8", ["000000000000000080f198ee56343ba8"]),
    ("b3: 80f198ee56343ba8-e457b5a2e4d86bd1-1", ["000000000000000080f198ee56343ba8"]),
    ("b3: \(id)-e457b5a2e4d86bd1-1", [id]),
    ("X-B3-TraceId: 80f198ee56343ba8", ["000000000000000080f198ee56343ba8"]),
    ("uber-trace-id: \(id):00f067aa0ba902b7:0:1", [id]),
    ("uber-trace-id: 80f198ee56343ba8:00f0:0:1", ["000000000000000080f198ee56343ba8"]),
    ("trace abc80f198ee56343ba8", ["0000000000000abc80f198ee56343ba8"]),
    ("traceId=abc", []), ("span_id=80f198ee56343ba8", []),
    ("Root=1-67891233-abcdef012345678912345678", ["67891233abcdef012345678912345678"]),
    ("trace_id=7d7ac01c-6f2c-69a6-7eea-c21deabb27cb", [id]),
    ("request 7d7ac01c-6f2c-69a6-7eea-c21deabb27cb", []),
    // Parts of something longer, and what stands for none.
    ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", []),
    ("x\(id)", []), ("\(id)z", []), ("\(id)_a", []),
    ("trace_id=00000000000000000000000000000000", []), ("trace_id=0000000000000000", []),
    ("é\(id)", []), ("\u{1F600} \(id)", [id]),
  ] as [(String, [String])])
func traceIDsInALine(line: String, expected: [String]) {
  #expect(TraceIDFinder.find(in: line) == expected)
}
