import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../core/props";
import { duration, explain } from "../../../../provider/resources/manager-volume/change";
import { namesOf, nextSlot, nextStopTimeout } from "../../../../provider/resources/manager-volume/slot";

const state = (more: Props = {}): Props => ({
    name: "ci",
    slot: "a",
    stopTimeout: 7200,
    drainTimeout: 7200,
    replacement: "drain-first",
    imageName: "runner:1",
    configToml: 'concurrent = 1\n[[runners]]\nname = "a"\ntoken = "glrt-aaaaaaaaaaaaaaaaaaaa"\n',
    container: { image: '"sha256:aaaaaaaaaaaaaaaa"', memory: "512", envs: '["A=secret"]' },
    ...more,
});
const inputs = (more: Props = {}, container: Props = {}): Props => {
    const base = state();
    return { ...base, ...more, container: { ...(base.container as Props), ...container } };
};

describe("what a preview says about a manager on Docker", () => {
    it("says nothing when nothing changes", () => {
        expect(explain(state(), inputs())).to.deep.equal([]);
    });

    it("says what a hot reload changes, and of a token that it is another one", () => {
        const configToml = String(state().configToml).replace("= 1", "= 2").replace("glrt-a", "glrt-b");
        const [text] = explain(state(), inputs({ configToml }));
        expect(text).to.match(/^hot reload: concurrent 1 → 2; a: a new token in config\.toml\./);
        expect(text).to.not.include("glrt-");
    });

    it("says drain and why, with the time that the state holds", () => {
        const [text, late] = explain(state(), inputs({ imageName: "runner:2", drainTimeout: 60 }, { image: UNKNOWN }));
        expect(text).to.include("drain: image runner:1 → runner:2.").and.to.include("at most 2h");
        expect(late).to.include(
            "drainTimeout 2h → 1m: takes effect after this update, whose own drain still ends after 2h.",
        );
    });

    it("notices that a tag has moved to another image", () => {
        const [text] = explain(state(), inputs({}, { image: '"sha256:bbbbbbbbbbbbbbbb"' }));
        expect(text).to.include("image runner:1 is another one now (aaaaaaaaaaaa → bbbbbbbbbbbb)");
    });

    it("says overlap where the successor starts first, and in place where nothing restarts", () => {
        const moved = inputs({ replacement: "overlap" }, { hostname: '"x"' });
        expect(explain(state(), moved)[0]).to.match(/^overlap: hostname none → x\./);
        expect(explain(state(), inputs({}, { memory: "1024" }))).to.deep.equal([
            "in place: memory 512 → 1024. The container runs on.",
        ]);
    });

    it("names an environment that changed without showing it", () => {
        const [text] = explain(state(), inputs({}, { envs: '["A=other"]' }));
        expect(text).to.include("drain: envs.").and.to.not.include("other");
    });

    it("writes durations as people do", () => {
        expect([0, 59, 60, 5400, 7200, 3661].map(duration)).to.deep.equal(["0s", "59s", "1m", "1h30m", "2h", "1h1m1s"]);
    });
});

describe("the place of a manager's container", () => {
    const moved = (more: Props = {}) => inputs({ replacement: "overlap", ...more }, { hostname: '"x"' });

    it("changes with each overlapping replacement, and with nothing else", () => {
        expect(nextSlot(state(), moved())).to.equal("b");
        expect(nextSlot(state({ slot: "b" }), moved())).to.equal("a");
        expect(nextSlot(state(), moved({ replacement: "drain-first" }))).to.equal("a");
        expect(nextSlot(state({ slot: "b" }), inputs({ replacement: "overlap" }))).to.equal("b");
        expect(nextSlot({}, moved())).to.equal("a");
        expect(namesOf(inputs({ home: true }), "b")).to.deep.equal({
            container: "ci-b",
            volume: "ci-b",
            home: "ci-b-home",
        });
    });

    it("keeps the stop timeout until the container is recreated anyway", () => {
        expect(nextStopTimeout(state(), inputs({ drainTimeout: 60 }))).to.equal(7200);
        expect(nextStopTimeout(state(), inputs({ drainTimeout: 60 }, { hostname: '"x"' }))).to.equal(60);
        expect(nextStopTimeout({}, inputs())).to.equal(7200);
    });
});
