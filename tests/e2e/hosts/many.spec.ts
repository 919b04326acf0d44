import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { isRoot } from "../../helpers/as-user";
import { type Engine, startEngine } from "../../helpers/engine";
import { skipWithout } from "../../helpers/needs";
import { SEED } from "../runner/fleets";
import { EDITS, editWhileJobRuns } from "./edits";
import { sshWith, startWorld, type TestHost, type World } from "./world";

const HOSTS = 20;

describe(`a fleet on ${HOSTS} hosts`, function () {
    this.timeout(300_000);
    let world: World;
    let hosts: TestHost[];
    let engine: Engine;
    let edits: Promise<void>;
    /** A file for each session, with all that was sent in it. */
    const sent = () => path.join(world.folder, "sent");
    const logins = () => path.join(world.folder, "logins");
    const lines = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : []);
    const config = (index: number) => path.join(hosts[index]!.folder, "gitlab-runner/config.toml");
    const runners = () =>
        new Map(engine.sandbox.db.runners.all().map(({ description, token }) => [description, token]));
    const fleet = ({ concurrent = 1, more = "" } = {}) => {
        const numbers = Array.from({ length: HOSTS }, (_, index) => index);
        const managers = numbers.map((number) => {
            const { port, folder } = hosts[number]!;
            return [
                `    vm-${number}:`,
                "      placement:",
                `        ssh: { host: "ssh://root@127.0.0.1:${port}", directory: ${folder}/gitlab-runner, look: true }`,
                `      runners: [r-${number}]`,
                `      config: { concurrent: ${concurrent} }`,
            ].join("\n");
        });
        const each = numbers.map(
            (number) => `    r-${number}: { scope: { group: apps }, tags: [a], config: { executor: shell }${more} }`,
        );
        return `config:\n  gitlab-fleet:runners:\n${each.join("\n")}\n  gitlab-fleet:managers:\n${managers.join("\n")}\n`;
    };
    const forget = () => {
        fs.rmSync(logins(), { force: true });
        for (const name of fs.readdirSync(sent())) fs.rmSync(path.join(sent(), name));
    };
    /** The requests of each session. Each waits for its answer: it is a round trip. */
    const requests = () =>
        fs
            .readdirSync(sent())
            .map((name) => fs.readFileSync(path.join(sent(), name), "latin1").match(/^(look|change|run)$/gm) ?? []);

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        // Goes on beside the rest: a gitlab-runner looks at its file every 3 seconds.
        edits = editWhileJobRuns(world);
        edits.catch(() => {});
        hosts = await Promise.all(
            Array.from({ length: HOSTS }, () => world.host({ login: counting(sent(), logins()) })),
        );
        const known = hosts.map((host) => host.known).join("");
        const PATH = `${sshWith(world, { ...hosts[0]!, known })}:${process.env.PATH}`;
        fs.mkdirSync(sent());
        engine = await startEngine({ config: () => fleet(), seed: SEED, env: { PATH } });
        await engine.up();
    });
    after(async () => {
        await edits?.catch(() => {});
        await engine?.close();
        await world?.close();
    });

    for (const [title, args] of Object.entries({
        preview: ["preview", "--expect-no-changes"],
        up: ["up", "--yes", "--skip-preview", "--expect-no-changes"],
    })) {
        it(`is compared by a ${title} without a change in two round trips a host, its hello among them, and at the same time`, async () => {
            forget();
            const { code, output } = await engine.stack.run(args);
            expect(code, output).to.equal(0);
            // One login each, and one request after the hello.
            expect(lines(logins()).filter((line) => line === "+")).to.have.lengthOf(HOSTS);
            expect(requests()).to.deep.equal(Array.from({ length: HOSTS }, () => ["look"]));
            let [now, most] = [0, 0];
            for (const line of lines(logins())) {
                now += line === "+" ? 1 : -1;
                most = Math.max(most, now);
            }
            expect(most, "logins at the same time").to.be.greaterThan(1);
        });
    }

    it("is written on every host but one that is down: that one's runner keeps its token, and the message names the host", async () => {
        const before = runners();
        const dead = 4;
        const was = fs.readFileSync(config(dead), "utf8");
        await hosts[dead]!.stop();
        engine.stack.setConfig(fleet({ concurrent: 7, more: ", rotationTrigger: now" }));
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview", "--continue-on-error"]);
        expect(code).to.not.equal(0);
        const after = runners();
        for (let number = 0; number < HOSTS; number++) {
            const text = fs.readFileSync(config(number), "utf8");
            if (number === dead) {
                expect(text).to.equal(was);
                expect(after.get(`r-${number}`)).to.equal(before.get(`r-${number}`));
            } else {
                expect(text, `vm-${number}`)
                    .to.contain("concurrent = 7")
                    .and.contain(after.get(`r-${number}`));
                expect(after.get(`r-${number}`)).to.not.equal(before.get(`r-${number}`));
            }
        }
        expect(output.replace(/\s+/g, " ")).to.contain(
            `ManagerPlace "vm-${dead}": root@127.0.0.1:${hosts[dead]!.port} cannot be reached: nothing listens on its port.`,
        );
        // Nor does a component end it that waits for that manager: what else it has for others is done.
        expect(output).to.not.contain("registration isn't pending");
    });

    it(`takes in each of ${EDITS} edits on one of them while one job and one process go on`, () => edits);
});

/** A login that writes down when it begins and is over, and what comes after. */
function counting(sent: string, logins: string): string {
    return `echo + >>${logins}; sleep 0.3; echo - >>${logins}\ntee ${sent}/$$ | sh -s`;
}
