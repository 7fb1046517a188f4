import HTTPTransport
import Testing

@Suite struct FormTests {
    @Test func `Forms go both ways`() {
        let fields = [("code", "4/0A+b c"), ("é", "&=%"), ("empty", "")]
        let text = Form.encode(fields)
        #expect(text == "code=4%2F0A%2Bb%20c&%C3%A9=%26%3D%25&empty=")
        #expect(Form.decode(text)?.map(\.value) == fields.map(\.1))
        #expect(Form.decode("a=%zz") == nil && Form.decode("a=%ff") == nil)
    }
}
