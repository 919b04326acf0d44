import { mock } from "node:test";
import { expect } from "chai";
import { packages } from "../../../provider/packages";
import { EngineLog } from "../../../provider/rpc/log";
import { subjectOf } from "../../../provider/rpc/subject";
import { type Logged, startEngine } from "../../helpers/plugin";

const urnOf = (type: string, name: string) => `urn:pulumi:test::demo::gitlab-fleet:index:Fleet$${type}::${name}`;
const LIST = urnOf("gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes", "containers/poetry");

describe("messages to the engine", () => {
    let engine: Awaited<ReturnType<typeof startEngine>>;
    let log: EngineLog;
    let logs: Logged[];
    const arrived = async () => {
        await log.flush();
        return logs.map(({ severity, message }) => `${severity} ${message}`);
    };

    beforeEach(async () => {
        logs = [];
        engine = await startEngine(logs);
        log = new EngineLog(engine.address);
    });
    afterEach(() => {
        log.close();
        engine.close();
    });

    it("reach it past a proxy that the environment names: it is on this machine", async () => {
        process.env.grpc_proxy = "http://127.0.0.1:9";
        try {
            log.for(LIST).info("Adds apps/etl.");
            expect(await arrived()).to.have.lengthOf(1);
        } finally {
            delete process.env.grpc_proxy;
        }
    });

    it("begin with the kind and the name of what they speak of, once each", async () => {
        log.for(LIST).info("Adds apps/etl.");
        log.for(LIST).info("Adds apps/etl.");
        log.for(LIST).warn("The list is off.");
        expect(await arrived()).to.deep.equal([
            "info allowlist containers/poetry: Adds apps/etl.",
            "warn allowlist containers/poetry: The list is off.",
        ]);
    });

    it("wait, when a diff says them, until the engine has shown the resource and changes it", async () => {
        log.hold(LIST);
        log.for(LIST).info("Adds apps/etl.");
        log.for(urnOf("gitlab:index/userRunner:UserRunner", "ci")).info("Another resource.");
        log.releaseSoon(LIST);
        expect(await arrived()).to.deep.equal(["info runner ci: Another resource."]);
        log.release(LIST);
        expect(await arrived()).to.have.lengthOf(2);
    });

    it("are not lost where no change follows a diff", async () => {
        log.hold(LIST);
        log.for(LIST).info("Adds apps/etl.");
        const waits = mock.method(globalThis, "setTimeout");
        log.releaseSoon(LIST);
        waits.mock.restore();
        const [releases, after] = waits.mock.calls[0]!.arguments;
        expect(after).to.equal(1000);
        releases();
        expect(await arrived()).to.deep.equal(["info allowlist containers/poetry: Adds apps/etl."]);
    });

    it("hold no control characters, whatever a name in GitLab has", async () => {
        log.for(LIST).info("Adds \x1b[31mapps\x07.\n  more");
        expect(await arrived()).to.deep.equal(["info allowlist containers/poetry: Adds \ufffd[31mapps\ufffd.\n  more"]);
    });

    it("have a noun for every resource type of our packages", () => {
        for (const { resources } of Object.values(packages)) {
            for (const type of Object.keys(resources)) expect(subjectOf(urnOf(type, "x")), type).to.match(/^.+ x: $/);
        }
        expect(subjectOf("")).to.equal("");
        expect(subjectOf(urnOf("a:b:UserRunner", "a::b"))).to.equal("runner a::b: ");
        expect(subjectOf(urnOf("a:b:ExclusiveRunners", "orphans-group-apps/team-a"))).to.equal(
            "runners of group apps/team-a: ",
        );
    });
});
