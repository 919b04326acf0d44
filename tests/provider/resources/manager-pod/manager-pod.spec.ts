import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../core/props";
import { explain } from "../../../../provider/resources/manager-pod/manager-pod";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

const TYPE = "ManagerPod";

const state = (more: Props = {}): Props => ({
    place: "ci/shop",
    systemId: "r_0123456789ab",
    drainTimeout: 7200,
    imageName: "runner:1",
    configToml: 'concurrent = 1\n[[runners]]\nname = "a"\ntoken = "glrt-aaaaaaaaaaaaaaaaaaaa"\n',
    pod: { image: '"runner:1"', env: '[{"name":"A","value":"hush"}]', terminationGracePeriodSeconds: "7200" },
    ...more,
});
const inputs = (more: Props = {}, pod: Props = {}): Props => {
    const base = state();
    return { ...base, ...more, pod: { ...(base.pod as Props), ...pod } };
};

describe("what a preview says about a manager on Kubernetes", () => {
    it("says nothing when nothing changes", () => {
        expect(explain(state(), inputs())).to.deep.equal([]);
    });

    it("says what a hot reload changes, and of a token that it is another one", () => {
        const configToml = String(state().configToml).replace("= 1", "= 2").replace("glrt-a", "glrt-b");
        const [text, ...more] = explain(state(), inputs({ configToml }));
        expect(text).to.match(/^hot reload: concurrent 1 → 2; a: a new token in config\.toml\. The kubelet brings it/);
        expect(text).to.not.include("glrt-");
        expect(more).to.deep.equal([]);
    });

    it("says drain and why, with the time that the pod was made with, and shows no environment", () => {
        const changed = {
            image: '"runner:2"',
            env: '[{"name":"A","value":"hush2"}]',
            terminationGracePeriodSeconds: "60",
        };
        const [text] = explain(state(), inputs({ drainTimeout: 60 }, changed));
        expect(text).to.equal(
            "drain: env, image runner:1 → runner:2, drainTimeout 2h → 1m. " +
                "The pod takes no new jobs, finishes those it has (at most 2h) and is recreated.",
        );
    });

    it("says of what gitlab-runner reads once that it is so, and of what is in it nothing", () => {
        const before = state({ pod: { "[runners.autoscaler]": '"0f0f"' } });
        const [text] = explain(before, {
            ...before,
            pod: { "[session_server]": '"hush"', "[runners.autoscaler]": '"1e1e"' },
        });
        expect(text).to.match(
            /^drain: \[runners\.autoscaler\] \(read when gitlab-runner starts\), \[session_server\] \(read when gitlab-runner starts\)\. The pod/,
        );
    });

    it("says drain for another context, and nothing for one that is written down or taken out: the cluster stays the same", () => {
        const named = (context: string) => state({ pod: { context: JSON.stringify(context) } });
        expect(explain(named("one"), named("two"))[0]).to.match(/^drain: context one → two\./);
        expect(explain(named("one"), state({ pod: {} }))).to.deep.equal([]);
        expect(explain(state({ pod: {} }), named("one"))).to.deep.equal([]);
    });

    it("says of both that the new pod starts with the new file, and of what is not known yet that it is so", () => {
        const configToml = String(state().configToml).replace("= 1", "= 2");
        const said = explain(state(), { ...inputs({ configToml }), pod: UNKNOWN });
        expect(said[0]).to.match(/^drain: something that is known after up\./);
        expect(said[1]).to.equal("hot reload: concurrent 1 → 2 in config.toml. The new pod starts with it.");
    });
});

describe("ManagerPod", () => {
    let plugin: Plugin;
    before(async () => {
        plugin = await startPlugin("gitlab-fleet");
    });
    after(() => plugin.close());

    it("sums up a new manager in a preview, and speaks of a change there alone", async () => {
        const settings = { global: { concurrent: 1 }, workers: { a: { executor: "kubernetes" } } };
        await plugin.create(TYPE, { ...state(), settings }, { preview: true });
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            "config.toml with one worker: a (kubernetes); concurrent 1.",
        ]);
        const next = inputs({ imageName: "runner:2" }, { image: '"runner:2"' });
        await plugin.diff(TYPE, "ci/shop", state(), { ...next, preview: false });
        expect(plugin.logs).to.have.lengthOf(1);
        await plugin.diff(TYPE, "ci/shop", state(), { ...next, preview: true });
        expect(plugin.logs[1]!.message).to.match(/^drain: image runner:1 → runner:2\./);
    });

    it("keeps config.toml secret, and takes no notice of who previews", async () => {
        const { state: kept, secrets } = (await plugin.create(TYPE, { ...state(), preview: false })) as Created;
        expect(secrets).to.include("configToml");
        expect((await plugin.diff(TYPE, "ci/shop", kept, { ...state(), preview: true })).changes).to.equal(false);
    });
});

interface Created {
    state: Props;
    secrets: string[];
}
