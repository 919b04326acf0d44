import { expect } from "chai";
import { findMissingAuthorities } from "../../../../components/fleet/config/stack-warnings";

describe("an authority of one's own", () => {
    const find = (manager: object, config: object = {}, more: object = { "gitlab:cacertFile": "ca.pem" }) =>
        findMissingAuthorities({
            ...more,
            "gitlab-fleet:runners": { small: { config }, big: { config: { "tls-ca-file": "/etc/ca.pem" } } },
            "gitlab-fleet:managers": { "ci-01": { runners: ["small", "big"], ...manager } },
        });

    it("is warned of where the plugin trusts it, and the workers are not told of it", () => {
        const [problem, ...rest] = find({ placement: { directory: "/etc/gitlab-runner" } });
        expect(rest).to.deep.equal([]);
        expect(problem!.severity).to.equal("warning");
        expect(problem!.path).to.equal("gitlab-fleet:managers.ci-01");
        expect(problem!.message).to.match(
            /^serves small without tls-ca-file, .* config\.tls-ca-file .* silence: \[no-authority\]/,
        );
    });

    it("is not, where all of them are told, the container has certificates, somebody knows better, or there is none", () => {
        expect(find({}, { "tls-ca-file": "/etc/ca.pem" })).to.deep.equal([]);
        for (const kind of ["docker", "kubernetes"]) {
            const placement = { [kind]: { certificates: { "git.example.org": "PEM" } } };
            expect(find({ placement }), kind).to.deep.equal([]);
        }
        expect(find({ silence: ["no-authority"] })).to.deep.equal([]);
        expect(find({}, {}, {})).to.deep.equal([]);
    });
});
