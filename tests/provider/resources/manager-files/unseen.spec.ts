import { expect } from "chai";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

const TYPE = "ManagerFiles";
const UNSEEN =
    "ci@vm-01:/etc/gitlab-runner was not looked at: a preview asks no host, it compares with the state. An up looks, and " +
    "look: true makes a preview look.";

describe("a preview that asks no host", () => {
    let plugin: Plugin;
    const inputs = (host: string) => ({
        directory: "/etc/gitlab-runner",
        ssh: { host },
        configToml: "concurrent = 1\n",
        systemId: "r_abcdefgh1234",
    });
    const said = () => plugin.logs.map(({ message }) => message).filter((text) => text.includes("not looked at"));

    beforeEach(async () => {
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(() => plugin.close());

    it("says so in one line for all hosts, where their managers are new as well as where they are known", async () => {
        await plugin.create(TYPE, inputs("ci@vm-01"), { preview: true });
        await plugin.create(TYPE, inputs("ci@vm-02"), { preview: true });
        await plugin.diff(TYPE, "x", { ...inputs("ci@vm-03"), host: "vm-03" }, inputs("ci@vm-03"));
        expect(said()).to.deep.equal([UNSEEN]);
    });

    it("says so of each run, and not of an up", async () => {
        await plugin.diff(TYPE, "x", { ...inputs("ci@vm-01"), host: "vm-01" }, inputs("ci@vm-01"));
        expect(said()).to.deep.equal([UNSEEN]);
    });
});
