import { expect } from "chai";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

const TOKEN = "RunnerToken";

describe("an input that is missing", () => {
    let plugin: Plugin;
    beforeEach(async () => {
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(() => plugin.close());

    it("is a mistake, until a step of the same operation has failed: then it may be what waits for it", async () => {
        const check = async () => plugin.check(TOKEN, { rotationTrigger: "1" });
        expect((await check()).failures).to.have.lengthOf(1);
        await rejection(plugin.create("ManagerPlace", { directory: "/dev/null" }));
        expect(await check()).to.deep.include({ inputs: { rotationTrigger: "1" }, failures: [] });
        // What is there is judged as ever.
        expect((await plugin.check(TOKEN, { runnerId: "x" })).failures).to.have.lengthOf(1);
    });
});
