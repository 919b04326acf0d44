import { type Lab, startLab } from "./lab";
import { setFacts } from "./report";

let opened: Lab | undefined;

/** Around all tests: a group that is fit for them, and none of them left in it, also after a failure. */
export const mochaHooks = {
    async beforeAll() {
        const lab = startLab(process.env);
        await lab.open();
        opened = lab;
        setFacts({ version: lab.version, edition: lab.edition });
    },
    async afterAll(this: Mocha.Context) {
        this.timeout(300_000);
        await opened?.close();
    },
};
