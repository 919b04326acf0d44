import { expect } from "chai";
import { fillTables } from "../../../dev/scripts/argument-docs";

describe("tables of arguments in docs/", () => {
    const table = (name: string) => fillTables(`before\n<!-- arguments: ${name} -->\n<!-- end -->\nafter`);

    it("say what the doc comment says, with the default in a column of its own", () => {
        expect(table("runners")).to.match(/\| `paused` \| Whether the runner takes no new jobs\. .*\| `false` \|/);
    });

    it("say which arguments are required, and what a change does where there is more than one answer", () => {
        expect(table("ssh")).to.match(/\| `host` \| .* \| required \| moves the files \|/);
    });

    it("have the members of maps, and the values and limits that the comment leaves out", () => {
        expect(table("exclusive")).to.match(/\| `claim.tags` \|/);
        expect(table("docker")).to.match(/\| `replicas` \| .* 1 or more\. \|/);
    });

    it("change nothing else, and nothing when they are filled again", () => {
        const page = table("gitlab");
        expect(page).to.match(/^before\n[\s\S]*\nafter$/);
        expect(fillTables(page)).to.equal(page);
    });

    it("fail for a table that nobody knows", () => {
        expect(() => table("nothing")).to.throw();
    });
});
