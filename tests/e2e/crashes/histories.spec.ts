import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { DAY } from "../../../sandbox";
import type { Runner } from "../../../sandbox/store/entities";
import {
    type Access,
    anyAccess,
    CONSUMERS,
    listNow,
    PRODUCER,
    permissionsOf,
    registriesOf,
} from "../../helpers/access-histories";
import { sandboxTime } from "../../helpers/clock";
import { type Engine, startEngine } from "../../helpers/engine";
import { type AnyFleet, anyFleet, configOf, expectFleet, SEED } from "../../helpers/fleet-histories";
import { killUp } from "../../helpers/killed-up";

/** More with ROUNDS=400, for a night. */
const ROUNDS = Number(process.env.ROUNDS ?? 40);

/** What a stack declares, and the moment at which its `up` is killed. */
interface Round {
    fleet: AnyFleet;
    access: Access;
    /** What happens to runners called `old-…`, which are nobody's; undefined while the scope is not exclusive. */
    foreign: "report" | "pause" | "delete" | undefined;
    rotationTrigger: string;
    /** How much time has gone by since the last round. Tokens live 30 days. */
    days: number;
    /** How many writing requests GitLab gets before the one at which the kill comes. */
    writes: number;
    /** Whether the kill comes before that request is handled, or after it, and before its answer. */
    moment: "hold" | "hold-answer";
}

const anyRound: fc.Arbitrary<Round> = fc.record({
    fleet: anyFleet,
    access: anyAccess,
    foreign: fc.constantFrom(undefined, "report", "pause", "delete"),
    rotationTrigger: fc.constantFrom("1", "2"),
    days: fc.constantFrom(0, 1, 20, 26),
    writes: fc.constantFrom(0, 0, 1, 1, 2, 3, 4, 6),
    moment: fc.constantFrom("hold", "hold-answer"),
});

/** Whose token is tried, GitLab notes as a contact; it is no change that a kill could come before. */
const WRITING = /^(?!.*\/runners\/verify$)/;
const STRANGERS = { note: "kept by hand", marker: "managed-by: gitlab-fleet another/prod#0a1b2c3d4e5f6a7b/a" };

describe("ups that are killed at a random write, over random histories of their stack's configuration", () => {
    let engine: Engine;
    before(async () => {
        const month = (30 * DAY) / 1000;
        engine = await startEngine({
            config: () => "config: {}\n",
            seed: {
                users: [{ username: "olga" }],
                groups: [
                    { path: "containers", members: { olga: "owner" } },
                    { path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: month },
                    { path: "data", members: { olga: "owner" }, runnerTokenExpirationInterval: month },
                ],
                projects: [
                    { path: PRODUCER, jobTokenScope: { enabled: true, projects: ["apps/others"] } },
                    { path: "containers/foreign", jobTokenScope: { enabled: true, projects: ["apps/web"] } },
                    ...CONSUMERS.map((consumer) => ({ path: consumer })),
                ],
                tokens: [{ name: "owner", user: "olga", scopes: ["api"] }],
                runners: ["apps", "data"].flatMap((group) =>
                    Object.entries(STRANGERS).map(([description, maintenanceNote]) => ({
                        description: `stranger-${description}`,
                        scope: { group },
                        createdBy: "olga",
                        maintenanceNote,
                    })),
                ),
            },
        });
        for (const [file, text] of Object.entries(foreignFiles())) {
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(file, text);
        }
    });
    after(() => engine?.close());

    /** Beside our directories' files, and in a directory that nobody declares. */
    const foreignFiles = () => ({
        [path.join(engine.folder, "d1", "notes.txt")]: "by hand",
        [path.join(engine.folder, "d2", "certs", "ca.crt")]: "by hand",
        [path.join(engine.folder, "d3", "config.toml")]: "concurrent = 7\n",
    });
    const runners = (start: string) =>
        engine.sandbox.db.runners.all().filter(({ description }) => description?.startsWith(start));
    const ourRunners = () => {
        const foreign = new Set([...runners("stranger-"), ...runners("old-")]);
        return engine.sandbox.db.runners.all().filter((runner) => !foreign.has(runner));
    };
    /** What anybody would see of a runner. */
    const looks = ({ id, description, active, token, tagList, maintenanceNote }: Runner) =>
        JSON.stringify({ id, description, active, token, tagList, maintenanceNote });
    const plantOld = (round: number) => {
        const { db } = engine.sandbox;
        const like = runners("stranger-note").find(({ groupId }) => groupId === db.groups.first("path", "apps")!.id)!;
        const { id: _, ...rest } = like;
        db.runners.insert({ ...rest, description: `old-${round}`, token: `glrt-old-${round}` });
    };
    /** Of the state's file: `stack export` would take as long as an `up` of so small a stack. */
    const pendingOperations = (): unknown[] => {
        const file = path.join(engine.folder, "backend/.pulumi/stacks/gitlab-fleet/test.json");
        return JSON.parse(fs.readFileSync(file, "utf8")).checkpoint.latest?.pending_operations ?? [];
    };
    const run = async (args: string[], history: string) => {
        const result = await engine.stack.run(args, { env: sandboxTime(engine.sandbox) });
        return { ...result, told: `pulumi ${args.join(" ")}\n${result.output}\nafter\n${history}` };
    };
    const succeed = async (args: string[], history: string) => {
        const { code, told } = await run(args, history);
        expect(code, told).to.equal(0);
    };

    const declare = ({ fleet, access, foreign, rotationTrigger }: Round) => {
        const declared = Object.entries(fleet.runners).map(([name, value]) => [name, { ...value, rotationTrigger }]);
        const exclusive =
            foreign === undefined
                ? {}
                : { apps: { scope: { group: "apps" }, claim: { descriptions: ["old-*"] }, foreign } };
        const config = {
            ...configOf(fleet, engine.folder),
            "gitlab-fleet:runners": Object.fromEntries(declared),
            "gitlab-fleet:exclusive": exclusive,
            ...registriesOf(access),
        };
        engine.stack.setConfig(stringify({ config }));
    };

    /** True if the kill came; an `up` with fewer writes just ends. */
    const upKilledAt = async ({ writes, moment }: Round, history: string): Promise<boolean> => {
        const { faults } = engine.sandbox;
        const id = faults.plan({ writes: true, path: WRITING, after: writes, fault: { kind: moment } });
        const plan = faults.list().find((one) => one.id === id)!;
        const { killed, left } = await killUp(engine.stack, () => plan.struck > 0, {
            env: sandboxTime(engine.sandbox),
        });
        faults.clear(id);
        expect(left, history).to.deep.equal([]);
        return killed;
    };

    const expectDeclared = (round: Round, olds: Runner[], history: string) => {
        const live = ourRunners();
        expectFleet(round.fleet, engine.folder, live, history);
        for (const { description, tokenExpiresAt } of live) {
            const isAlive = tokenExpiresAt === null || tokenExpiresAt > engine.sandbox.clock.now();
            expect(isAlive, `${description} after\n${history}`).to.equal(true);
        }
        const left = round.foreign === "delete" ? [] : olds;
        const expected = left.map((old) => looks({ ...old, active: old.active && round.foreign !== "pause" }));
        expect(runners("old-").map(looks), history).to.deep.equal(expected);
    };

    /** Entries that may be on the list without being declared: somebody else's, and what an `up` found there. */
    let mayStay = new Set(["apps/others"]);
    let isStrangersEntry = true;
    /** Entries whose permissions a killed `up` may have set: they count as found, so they come back when nobody declares any. */
    const mayBeRestricted = new Set<string>();
    const expectList = ({ access }: Round, wasKilled: boolean, before: string[], history: string) => {
        const declared = Object.values(access?.consumers ?? {}).flat();
        const list = listNow(engine.sandbox);
        const isFree = (entry: string) => access?.policies === undefined && mayBeRestricted.has(entry);
        const expected = declared.map((entry) => [entry, isFree(entry) ? list[entry] : permissionsOf(access, entry)]);
        expect(Object.keys(list), history).to.include.members(declared);
        if (access?.mode === "exclusive") {
            expect(list, history).to.deep.equal(Object.fromEntries(expected));
            mayStay = new Set();
        }
        isStrangersEntry &&= access?.mode !== "exclusive" && !declared.includes("apps/others");
        if (isStrangersEntry) expect(list, history).to.have.property("apps/others", "default");
        expect(list, history).to.deep.include(Object.fromEntries(expected));
        const others = Object.keys(list).filter((one) => !declared.includes(one));
        expect([...mayStay], history).to.include.members(others);
        // What a killed one has put there, the next one finds.
        const found = wasKilled ? declared : declared.filter((entry) => before.includes(entry));
        for (const entry of found) mayStay.add(entry);
        const restricted = wasKilled && access?.policies !== undefined ? declared : [];
        for (const entry of restricted) mayBeRestricted.add(entry);
    };

    const heal = async (wasKilled: boolean, told: string) => {
        if (wasKilled) await succeed(["cancel", "--yes"], told);
        await succeed(["up", "--yes", "--skip-preview"], told);
        const second = await run(["up", "--yes", "--skip-preview", "--expect-no-changes"], told);
        // Something may have been left for it to do, but nothing for a third.
        if (second.code !== 0) await succeed(["preview", "--expect-no-changes"], `${second.told}\n${told}`);
    };

    it("are healed by two more: all is as declared, nothing else was touched, and nothing is pending", async () => {
        const history: string[] = [];
        const strangers = runners("stranger-").map(looks);
        let kills = 0;
        for (const [i, round] of fc.sample(anyRound, { seed: SEED, numRuns: ROUNDS }).entries()) {
            history.push(JSON.stringify(round));
            const told = history.join("\n");
            engine.sandbox.clock.advance(round.days * DAY);
            if (i % 4 === 0) plantOld(i);
            const olds = runners("old-").map((old) => ({ ...old }));
            const before = Object.keys(listNow(engine.sandbox));
            declare(round);
            const wasKilled = await upKilledAt(round, told);
            if (wasKilled) kills++;
            await heal(wasKilled, told);
            expectDeclared(round, olds, told);
            expectList(round, wasKilled, before, told);
            expect(runners("stranger-").map(looks), told).to.deep.equal(strangers);
            expect(listNow(engine.sandbox, "containers/foreign"), told).to.deep.equal({ "apps/web": "default" });
            for (const [file, text] of Object.entries(foreignFiles())) {
                expect(fs.readFileSync(file, "utf8"), `${file} after\n${told}`).to.equal(text);
            }
            if (pendingOperations().length > 0) {
                await succeed(["refresh", "--yes", "--clear-pending-creates", "--exclude", "**"], told);
            }
            expect(pendingOperations(), told).to.deep.equal([]);
        }
        expect(kills, "most rounds have as many writes").to.be.greaterThan(ROUNDS / 2);
    }).timeout(ROUNDS * 120_000);
});
