import { expect } from "chai";
import { whyNotConnected } from "../../core/distrust";

describe("a connection that failed", () => {
    const why = (message: string, code?: string) => whyNotConnected(Object.assign(new Error(message), { code }));

    it("tells its reason, and of a certificate the code alone: from Node.js 24 on it advises how to start a Node.js", () => {
        const advice = "; if the root CA is installed locally, try running Node.js with --use-system-ca";
        for (const code of ["DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "CERT_HAS_EXPIRED"])
            expect(why(`some words${advice}`, code)).to.equal(`its certificate is not trusted: ${code}`);
        expect(why("connect ECONNREFUSED 127.0.0.1:9", "ECONNREFUSED")).to.equal("connect ECONNREFUSED 127.0.0.1:9");
        expect(why("", "ECONNREFUSED")).to.equal("ECONNREFUSED");
        expect(why("")).to.equal("no reason given");
    });
});
