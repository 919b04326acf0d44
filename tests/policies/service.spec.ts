import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { OUTPUT, SECRET, SIGNATURE } from "../../core/wire-values";
import { RULES } from "../../policies/rules";
import { analyzerCalls } from "../../policies/service/pack";
import { serve } from "../../policies/service/serve";

const TOKEN = `glpat-${"x".repeat(20)}`;
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const LIST = "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes";

type Call = (request: unknown, callback: (error: Error | null, response: unknown) => void) => void;

/** A policy pack and a way to call it, as the engine does. */
class Pack {
    private constructor(
        private readonly client: AnalyzerClient,
        readonly close: () => void,
    ) {}

    static async start(): Promise<Pack> {
        const { port, close } = await serve(analyzerCalls({ version: "1.2.3", today: () => "2026-06-15" }));
        const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
        return new Pack(client, () => {
            client.close();
            close();
        });
    }

    call<T>(name: keyof AnalyzerClient, request: unknown): Promise<T> {
        return new Promise((resolve, reject) => {
            (this.client[name] as Call).call(this.client, request, (error, response) =>
                error === null ? resolve(response as T) : reject(error),
            );
        });
    }

    /** What is found in a resource: policy, level, message. */
    async analyze(type: string, props: Record<string, unknown>): Promise<[string, number, string][]> {
        const request = new pb.AnalyzeRequest();
        request.setType(type);
        request.setName("it");
        request.setUrn(`urn:pulumi:dev::p::${type}::it`);
        request.setProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>));
        return found(await this.call<pb.AnalyzeResponse>("analyze", request));
    }

    async configure(policies: Record<string, { level: number; props?: Record<string, JavaScriptValue> }>) {
        const request = new pb.ConfigureAnalyzerRequest();
        for (const [name, { level, props = {} }] of Object.entries(policies)) {
            const policy = new pb.PolicyConfig();
            policy.setEnforcementlevel(level as 0 | 1 | 2);
            policy.setProperties(Struct.fromJavaScript(props));
            request.getPolicyconfigMap().set(name, policy);
        }
        await this.call("configure", request);
    }
}

function found(response: pb.AnalyzeResponse): [string, number, string][] {
    return response
        .getDiagnosticsList()
        .map((one) => [one.getPolicyname(), one.getEnforcementlevel(), one.getMessage()]);
}

describe("the policy pack, called as the engine calls it", () => {
    let pack: Pack;

    beforeEach(async () => {
        pack = await Pack.start();
    });
    afterEach(() => pack.close());

    it("tells its policies with level, how to mend what they find, and what may be configured", async () => {
        const info = await pack.call<pb.AnalyzerInfo>("getAnalyzerInfo", new Empty());
        expect([info.getName(), info.getVersion(), info.getSupportsconfig()]).to.deep.equal([
            "gitlab-fleet",
            "1.2.3",
            true,
        ]);
        const policies = info.getPoliciesList();
        expect(policies.map((one) => one.getName())).to.deep.equal(RULES.map(({ name }) => name));
        for (const [index, policy] of policies.entries()) {
            expect(policy.getEnforcementlevel()).to.equal(RULES[index]!.level === "mandatory" ? 1 : 0);
            expect(policy.getRemediationSteps()).to.equal(RULES[index]!.fix);
            expect(Object.keys(policy.getConfigschema()!.getProperties()!.toJavaScript())).to.deep.equal(["exempt"]);
        }
    });

    it("judges a resource before it is changed, at the level of the policy or of its configuration", async () => {
        const [[name, level] = []] = await pack.analyze(LIST, { enabled: false });
        expect([name, level]).to.deep.equal(["allowlist-off", 1]);
        await pack.configure({ "allowlist-off": { level: 0 } });
        expect((await pack.analyze(LIST, { enabled: false }))[0]?.[1]).to.equal(0);
        await pack.configure({ "allowlist-off": { level: 2 } });
        expect(await pack.analyze(LIST, { enabled: false })).to.deep.equal([]);
    });

    it("leaves alone what its configuration exempts", async () => {
        const exempt = (until: string) => ({ exempt: [{ name: "it", reason: "old", until }] });
        await pack.configure({ "allowlist-off": { level: 1, props: exempt("2026-06-15") } });
        expect(await pack.analyze(LIST, { enabled: false })).to.deep.equal([]);
        await pack.configure({ "allowlist-off": { level: 1, props: exempt("2026-06-14") } });
        expect(await pack.analyze(LIST, { enabled: false })).to.have.length(1);
    });

    it("looks into no secret, waits for nothing unknown, and takes any resource of any package", async () => {
        const props = {
            token: { [SIGNATURE]: SECRET, value: TOKEN },
            output: { [SIGNATURE]: OUTPUT, secret: true, value: TOKEN },
            later: { [SIGNATURE]: OUTPUT },
            unknown: UNKNOWN,
            asset: { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" },
            nothing: null,
        };
        expect(await pack.analyze("aws:s3:Bucket", props)).to.deep.equal([]);
        expect(await pack.analyze(LIST, { enabled: UNKNOWN })).to.deep.equal([]);
        expect(
            await pack.analyze("gitlab-fleet:index:ManagerFiles", { settings: UNKNOWN, serves: null }),
        ).to.deep.equal([]);
    });

    it("finds a token in the open, and does not show it", async () => {
        const [[name, level, message] = []] = await pack.analyze("aws:s3:Bucket", { tags: { a: TOKEN } });
        expect([name, level]).to.deep.equal(["plain-text-token", 1]);
        expect(message)
            .to.match(/^tags\.a holds a token/)
            .and.not.include(TOKEN);
    });

    it("finds what is in plain text in the stack's configuration once, at the stack", async () => {
        const request = new pb.AnalyzerStackConfigureRequest();
        request.getConfigMap().set("gitlab:token", TOKEN);
        await pack.call("configureStack", request);
        expect(await pack.analyze(LIST, {})).to.deep.equal([]);
        const [[name, , message] = []] = await pack.analyze("pulumi:pulumi:Stack", {});
        expect(name).to.equal("plain-text-token");
        expect(message)
            .to.match(/^gitlab:token is in plain text/)
            .and.not.include(TOKEN);
        request.addConfigSecretKeys("gitlab:token");
        await pack.call("configureStack", request);
        expect(await pack.analyze("pulumi:pulumi:Stack", {})).to.deep.equal([]);
    });

    it("judges at the end what a list's component alone knows, and nothing a second time", async () => {
        const resource = (type: string, props: Record<string, JavaScriptValue>) => {
            const one = new pb.AnalyzerResource();
            one.setType(type);
            one.setName("poetry");
            one.setProperties(Struct.fromJavaScript(props));
            return one;
        };
        const request = new pb.AnalyzeStackRequest();
        request.setResourcesList([
            resource(LIST, { enabled: false, note: TOKEN }),
            resource("gitlab-fleet:index:JobTokenAllowlist", { groups: ["apps"] }),
        ]);
        const all = found(await pack.call<pb.AnalyzeResponse>("analyzeStack", request));
        expect(all.map(([name]) => name)).to.deep.equal(["allowlist-top-level-group"]);
    });
});
