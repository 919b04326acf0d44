import { expect } from "chai";
import { shellQuote } from "../../core/shell-quote";

describe("a text as one word of a shell", () => {
    it("ends nowhere but at its end, whatever is in it", () => {
        expect(shellQuote("gitlab-fleet:runners.ci")).to.equal("'gitlab-fleet:runners.ci'");
        expect(shellQuote("b' $(touch /tmp/x) `id`")).to.equal("'b'\\'' $(touch /tmp/x) `id`'");
    });
});
