import { expect } from "chai";
import { configChange, sayReadAtStart } from "../../../../provider/resources/config-toml/change";

/** What is said of a change of one worker, and of the top of the file. */
function said(before: object, after: object, name = "burst", tops: [object, object] = [{}, {}]): string | undefined {
    const [old, next] = [before, after].map((worker, index) => ({
        configToml: `# ${JSON.stringify([worker, tops[index]])}\n`,
        settings: { global: tops[index]!, workers: { [name]: { executor: "instance", ...worker } } },
    }));
    return sayReadAtStart(configChange(old as never, next as never));
}

describe("what gitlab-runner reads only when it starts", () => {
    const WITH = (keys: object) => ({ autoscaler: { plugin: "aws:1", ...keys } });

    it("is what a fleeting plugin is told, whatever the worker's name, and not its policies", () => {
        for (const name of ["burst", "burst 2", "a.b"]) {
            expect(said(WITH({ max_instances: 3 }), WITH({ max_instances: 4 }), name)).to.match(
                /^\[runners\.autoscaler\] \(but for policy\) is read only when gitlab-runner starts: restart it for it/,
            );
        }
        expect(said(WITH({ plugin_config: { name: "a" } }), WITH({ plugin_config: { name: "b" } }))).to.not.equal(
            undefined,
        );
        expect(said(WITH({ policy: [{ idle_count: 1 }] }), WITH({ policy: [{ idle_count: 2 }] }))).to.equal(undefined);
        expect(said(WITH({}), WITH({ policy: [{ idle_count: 2 }] }))).to.equal(undefined);
        expect(said({ limit: 1 }, { limit: 2 })).to.equal(undefined);
    });

    it("is said once, with what else is", () => {
        const tops: [object, object] = [{ listen_address: ":1" }, { listen_address: ":2" }];
        const before = WITH({ max_instances: 3, max_use_count: 1 });
        const after = WITH({ max_instances: 4, max_use_count: 2 });
        expect(said(before, after, "burst", tops)).to.match(
            /^(listen_address and \[runners\.autoscaler\] \(but for policy\)|\[runners\.autoscaler\] \(but for policy\) and listen_address) are read only/,
        );
    });
});
