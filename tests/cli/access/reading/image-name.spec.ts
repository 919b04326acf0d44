import { expect } from "chai";
import * as fc from "fast-check";
import { parseImageName } from "../../../../cli/access/reading/image-name";

describe("parseImageName", () => {
    it("tells host, repository, tag and digest apart as Docker does", () => {
        const table: [string, string | undefined, string][] = [
            ["alpine", undefined, "alpine"],
            ["library/alpine:3", undefined, "library/alpine"],
            ["localhost/a/b", "localhost", "a/b"],
            ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000", "a/b"],
            ["registry.example.org/a/b/c@sha256:abc", "registry.example.org", "a/b/c"],
            ["registry.example.org/a/b:1.2@sha256:abc", "registry.example.org", "a/b"],
            [`\${REG}/a/b:1`, `\${REG}`, "a/b"],
        ];
        for (const [image, host, repository] of table) {
            expect(parseImageName(image), image).to.deep.equal(
                host === undefined ? { repository } : { host, repository },
            );
        }
    });

    it("gives back what any image was put together from", () => {
        const part = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,6}[a-z0-9])?$/);
        const image = fc.record({
            host: fc.constantFrom("r.io", "r.io:5000", "localhost"),
            parts: fc.array(part, { minLength: 1, maxLength: 5 }),
            tail: fc.constantFrom("", ":1.2", "@sha256:0a", ":x@sha256:0a"),
        });
        fc.assert(
            fc.property(image, ({ host, parts, tail }) => {
                expect(parseImageName(`${host}/${parts.join("/")}${tail}`)).to.deep.equal({
                    host,
                    repository: parts.join("/"),
                });
            }),
        );
    });
});
