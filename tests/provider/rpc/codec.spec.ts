import { expect } from "chai";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Props, UNKNOWN, type Value } from "../../../core/props";
import { SIGNATURE } from "../../../core/wire-values";
import { decode, encode } from "../../../provider/rpc/codec";

const SECRET = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270" };
const OUTPUT = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };

const keys = fc.string().filter((key) => key !== "__proto__" && key !== SIGNATURE);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        fc.string(),
        fc.constant(UNKNOWN),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
}));
const props: fc.Arbitrary<Props> = fc.dictionary(keys, value, { maxKeys: 5, noNullPrototype: true });

describe("wire format of property values", () => {
    it("takes every value there and back", () => {
        fc.assert(
            fc.property(props, (given) => {
                expect(decode(encode(given)).props).to.deep.equal(given);
            }),
        );
    });

    it("keeps exactly the properties secret that were", () => {
        fc.assert(
            fc.property(props, fc.infiniteStream(fc.boolean()), (given, coins) => {
                const secrets = new Set(Object.keys(given).filter(() => coins.next().value));
                const there = decode(encode(given, secrets));
                expect(there.props).to.deep.equal(given);
                expect([...there.secrets].sort()).to.deep.equal([...secrets].sort());
            }),
        );
    });

    it("leaves undefined properties out, at any depth", () => {
        const message = encode({ a: undefined, b: { c: undefined, d: 1 } });
        expect(message.toJavaScript()).to.deep.equal({ b: { d: 1 } });
    });

    it("takes a property for secret when the secret is deep inside it", () => {
        const wire = Struct.fromJavaScript({ headers: { list: [{ ...SECRET, value: "x" }] }, open: "y" });
        const { props, secrets } = decode(wire);
        expect(props).to.deep.equal({ headers: { list: ["x"] }, open: "y" });
        expect([...secrets]).to.deep.equal(["headers"]);
    });

    it("reads output values: known, unknown and secret", () => {
        const wire = Struct.fromJavaScript({
            known: { ...OUTPUT, value: 7, dependencies: ["urn"] },
            unknown: { ...OUTPUT },
            secret: { ...OUTPUT, value: "x", secret: true },
        });
        const { props, secrets } = decode(wire);
        expect(props).to.deep.equal({ known: 7, unknown: UNKNOWN, secret: "x" });
        expect([...secrets]).to.deep.equal(["secret"]);
    });

    it("reads each of the engine's sentinels as unknown", () => {
        const sentinels = [
            "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
            "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
            "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
            "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        ];
        const { props } = decode(Struct.fromJavaScript({ sentinels }));
        expect(props.sentinels).to.deep.equal(sentinels.map(() => UNKNOWN));
    });

    it("refuses assets and kinds of values it does not know", () => {
        const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
        expect(() => decode(Struct.fromJavaScript({ asset }))).to.throw("A file or archive was given");
        expect(() => decode(Struct.fromJavaScript({ odd: { [SIGNATURE]: "odd" } }))).to.throw("does not know");
    });
});
