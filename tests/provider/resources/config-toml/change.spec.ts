import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../core/props";
import { configChange } from "../../../../provider/resources/config-toml/change";
import { settingsIn } from "../../../../provider/resources/config-toml/settings";
import { joinParts, summaryOf } from "../../../../provider/resources/config-toml/words";

const TOKEN = "glrt-aaaaaaaaaaaaaaaaaaaa";

/** A worker's table in the text, and in the settings without what is secret. */
const worker = (name: string, lines: string, settings: Props, token = TOKEN) => ({ name, lines, settings, token });
const manager = (global: Props, ...workers: ReturnType<typeof worker>[]): Props => ({
    configToml: [
        ...Object.entries(global).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`),
        ...workers.map(({ name, lines, token }) => `[[runners]]\nname = "${name}"\ntoken = "${token}"\n${lines}\n`),
    ].join(""),
    settings: { global, workers: Object.fromEntries(workers.map(({ name, settings }) => [name, settings])) },
});
const ci = (limit: number, image = "alpine:3.20") =>
    worker("ci", `executor = "docker"\nlimit = ${limit}\n[runners.docker]\nimage = "${image}"`, {
        executor: "docker",
        limit,
        docker: { image },
    });
const sh = worker("sh", 'executor = "shell"', { executor: "shell" });
const withEnvironment = (shown: string[], real = shown) =>
    worker("ci", `environment = ${JSON.stringify(real)}`, { environment: shown });

describe("the change of a config.toml, as a preview tells it", () => {
    it("is nothing where nothing changes, nor where earlier versions kept no settings", () => {
        const same = manager({ concurrent: 4 }, ci(4));
        expect(configChange(same, same)).to.deep.equal({ changes: {}, said: [] });
        expect(configChange({ configToml: same.configToml }, same)).to.deep.equal({ changes: {}, said: [] });
    });

    it("is one line for each value, with the old and the new one, by the worker's name", () => {
        const change = configChange(
            manager({ concurrent: 4 }, ci(4)),
            manager({ concurrent: 8 }, ci(6, "alpine:3.21")),
        );
        expect(change.changes).to.deep.equal({
            "settings.global.concurrent": "update",
            "settings.workers.ci.limit": "update",
            "settings.workers.ci.docker.image": "update",
        });
        expect(change.said).to.deep.equal([
            "concurrent 4 → 8",
            "ci: limit 4 → 6, docker.image alpine:3.20 → alpine:3.21",
        ]);
    });

    it("knows workers by their names: another one in front changes no other", () => {
        const change = configChange(manager({}, ci(4)), manager({}, sh, ci(4)));
        expect(change).to.deep.equal({
            changes: { "settings.workers.sh": "add" },
            said: ["new worker sh (shell)"],
        });
        expect(configChange(manager({}, sh, ci(4)), manager({}, ci(4)))).to.deep.equal({
            changes: { "settings.workers.sh": "delete" },
            said: ["worker sh goes"],
        });
    });

    it("knows a worker that has only got another name", () => {
        const named = (name: string) => worker(name, "limit = 1", { limit: 1 });
        expect(configChange(manager({}, named("old")), manager({}, named("new"))).said).to.deep.equal([
            "worker old is called new now",
        ]);
    });

    it("is one line for an entry of a list, wherever it stands", () => {
        const change = configChange(
            manager({}, withEnvironment(["A=1", "B=2"])),
            manager({}, withEnvironment(["C=3", "A=1", "B=2"])),
        );
        expect(change).to.deep.equal({
            changes: { "settings.workers.ci.environment[0]": "add" },
            said: ["ci: environment + C=3"],
        });
    });

    it("names a secret that changes, and a token that is another one, without showing them", () => {
        const change = configChange(
            manager({ concurrent: 1 }, withEnvironment(["A=1", "P=[secret]"], ["A=1", "P=old-secret"])),
            manager(
                { concurrent: 1 },
                {
                    ...withEnvironment(["A=1", "P=[secret]"], ["A=1", "P=new-secret"]),
                    token: `${TOKEN}b`,
                },
            ),
        );
        expect(change).to.deep.equal({
            changes: { configToml: "update" },
            said: ["ci: a new token, environment [secret] → [secret]"],
        });
    });

    it("keeps a value out of the state once it is declared secret, without a word about the file", () => {
        const before = manager({}, withEnvironment(["A=1"], ["A=1"]));
        const change = configChange(before, manager({}, withEnvironment(["A=[secret]"], ["A=1"])));
        expect(change).to.deep.equal({ changes: { "settings.workers.ci.environment[0]": "update" }, said: [] });
    });

    it("reads a state of before there were settings from its text, and shows no text that may be secret", () => {
        const { configToml } = manager(
            { concurrent: 4 },
            worker("ci", 'limit = 1\npre_build_script = "echo hush"\nenvironment = ["A=hush"]', {}),
        );
        const after = manager({ concurrent: 8 }, worker("ci", "limit = 2", { limit: 2 }));
        const change = configChange({ configToml }, after);
        expect(change.changes).to.deep.equal({ configToml: "update", settings: "add" });
        expect(change.said).to.deep.equal([
            "concurrent 4 → 8",
            "ci: limit 1 → 2, pre_build_script [secret] → none, environment [secret] → none",
        ]);
    });

    it("shows nothing of a file that somebody edited on a host that has the shape of a secret, nor keeps it in the state", () => {
        const hush = "hunter2hunter2";
        const edited = [
            `pre_build_script = "export NPM_TOKEN=${hush}"`,
            `post_build_script = "curl --user ci:${hush} https://example.org"`,
            `[runners.docker]`,
            `volumes = ["/a:/b", "//u:${hush}@share:/c"]`,
            `[runners.machine]`,
            `MachineOptions = ["amazonec2-secret-key=${hush}", "amazonec2-region=eu"]`,
        ];
        const found = worker("ci", edited.join("\n"), {});
        const { configToml } = manager({}, found);
        const kept = JSON.stringify(settingsIn(configToml));
        expect(kept).to.contain("/a:/b").and.to.contain("amazonec2-region=eu").and.not.contain(hush);
        const wanted = worker("ci", 'pre_build_script = "echo"', { pre_build_script: "echo" });
        const { said } = configChange({ configToml }, manager({}, wanted));
        expect(said.join("; ")).to.contain("pre_build_script [secret] → echo").and.not.contain(hush);
    });

    it("is of the whole file where that is nested deeper than any table of gitlab-runner's", () => {
        for (const deep of [`a${".a".repeat(10_000)} = 1\n`, `[a${".a".repeat(10_000)}]\n`]) {
            const { said, changes } = configChange({ configToml: deep }, manager({ concurrent: 4 }));
            expect(changes).to.deep.equal({ configToml: "update", settings: "add" });
            expect(said).to.include("the whole file");
        }
    });

    it("takes a worker for new that is called like something that every object has", () => {
        const named = worker("constructor", 'executor = "shell"', { executor: "shell" });
        expect(configChange(manager({}, sh), manager({}, sh, named)).said).to.deep.equal([
            "new worker constructor (shell)",
        ]);
    });

    it("says what it can where the text is not known yet, is none, or says the same in another way", () => {
        const text = (configToml: Props[string]) => configChange({ configToml: "a = 1 # x" }, { configToml }).said;
        expect(text(UNKNOWN)).to.deep.equal(["tokens that are known after up"]);
        expect(text("a = ")).to.deep.equal(["the whole file"]);
        expect(text("a = 1 # y")).to.deep.equal(["comments or order"]);
        expect(configChange(manager({}, ci(1), sh), manager({}, sh, ci(1)))).to.deep.equal({
            changes: { configToml: "update" },
            said: ["the order of the workers"],
        });
        const { settings } = manager({ concurrent: 2 }, ci(1));
        expect(configChange(manager({ concurrent: 1 }, ci(1)), { settings, configToml: UNKNOWN }).said).to.deep.equal([
            "concurrent 1 → 2",
            "tokens that are known after up",
        ]);
    });

    it("names the first values of very many, and the first line of a script", () => {
        const many = Array.from({ length: 20 }, (_, index) => `part ${index}`);
        expect(joinParts(many)).to.match(/^part 0; .*part 11; and 8 more$/);
        const script = (text: string) =>
            worker("ci", `pre_build_script = ${JSON.stringify(text)}`, { pre_build_script: text });
        expect(configChange(manager({}, script("a\nb")), manager({}, script("a\nc"))).said).to.deep.equal([
            "ci: pre_build_script a… → a…",
        ]);
    });
});

describe("a new config.toml in one line", () => {
    it("tells its workers, how they run and with which image", () => {
        expect(summaryOf(manager({ concurrent: 8 }, ci(4), sh).settings)).to.equal(
            "2 workers: ci (docker, alpine:3.20), sh (shell); concurrent 8",
        );
        expect(summaryOf({ global: UNKNOWN, workers: { ci: UNKNOWN } })).to.equal("one worker: ci (known after up)");
        expect(summaryOf({ global: {}, workers: {} })).to.equal("no workers");
        expect(summaryOf(undefined)).to.equal(undefined);
    });
});
