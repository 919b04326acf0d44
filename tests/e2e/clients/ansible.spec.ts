import { expect } from "chai";
import { skipWithout } from "../../helpers/needs";
import { sandboxFor } from "../../sandbox/client";
import { runPlaybook } from "./python-venv";

describe("Ansible's community.general", () => {
    before(function () {
        skipWithout("python", this);
    });
    const sandbox = sandboxFor();

    it("makes, changes, pauses and deletes runners and members, and finds nothing to do the second time", async () => {
        const { url, tokens, db, journal } = sandbox();
        await runPlaybook("runners.ansible.yml", { GITLAB_URL: url, GITLAB_TOKEN: tokens.owner! });
        expect(db.runners.all()).to.have.length(1);
        expect(db.runners.all()[0]).to.deep.include({
            description: "of the group",
            tagList: ["shell"],
            runUntagged: false,
            active: false,
            maximumTimeout: 7200,
            accessLevel: "ref_protected",
        });
        // One request for each first time: group, member, two runners, a change, a deletion.
        expect(journal.writes().map(({ method, status }) => `${method} ${status}`)).to.deep.equal([
            "POST 201",
            "POST 201",
            "POST 201",
            "PUT 200",
            "POST 201",
            "DELETE 204",
        ]);
    });
});
