import { expect } from "chai";
import { tableSpec } from "../../../core/config-toml/key-table";
import { entryOf, HIDDEN, hasLogin, hiddenText, shownText } from "../../../core/config-toml/secret-leaves";

const specOf = (table: string, key: string) => tableSpec(table).get(key);

describe("a text of a config.toml that others may read", () => {
    it("is hidden where gitlab-runner calls its key a secret, and where a key that it does not know is called like one", () => {
        expect(shownText("hunter2", "token", specOf("WorkerTable", "token"))).to.equal(HIDDEN);
        expect(shownText("hunter2", "my_password", undefined)).to.equal(HIDDEN);
        expect(shownText("", "token", specOf("WorkerTable", "token"))).to.equal("");
        expect(shownText("docker", "executor", specOf("WorkerTable", "executor"))).to.equal("docker");
        expect(shownText("fast", "mode", undefined)).to.equal("fast");
        // gitlab-runner knows it, and says that it is none.
        expect(shownText("name", "token_name", { ...specOf("WorkerTable", "executor")! })).to.equal("name");
    });

    it("has no token in it, and no password of an address", () => {
        expect(shownText("use glpat-abcdefghijklmnopqrst", "mode", undefined)).to.equal(HIDDEN);
        expect(shownText("http://me:hunter2@proxy:3128/x", "mode", undefined)).to.equal(
            `http://me:${HIDDEN}@proxy:3128/x`,
        );
        expect(shownText("http://:hunter2@proxy", "mode", undefined)).to.equal(`http://:${HIDDEN}@proxy`);
        expect(hasLogin("http://proxy:3128/a@b")).to.equal(false);
    });

    it("has of an entry of environment its name, and its value where that is none of a secret", () => {
        const spec = specOf("WorkerTable", "environment");
        const shown = (entry: string, key = "environment") => shownText(entry, key, spec);
        expect(shown("DB_PASSWORD=hunter2")).to.equal(`DB_PASSWORD=${HIDDEN}`);
        expect(shown("MODE=fast")).to.equal("MODE=fast");
        expect(shown("MODE=a\nb=c")).to.equal("MODE=a\nb=c");
        expect(shown("MODE=glpat-abcdefghijklmnopqrst")).to.equal(`MODE=${HIDDEN}`);
        expect(shown("URL=https://me:hunter2@x")).to.equal(`URL=https://me:${HIDDEN}@x`);
        expect(shown("no entry")).to.equal("no entry");
    });

    it("keeps no more than the name where all of it is a secret", () => {
        expect(hiddenText("MODE=fast", "environment")).to.equal(`MODE=${HIDDEN}`);
        for (const [text, key] of [
            ["MODE=fast", "image"],
            ["fast", "environment"],
        ] as const)
            expect(hiddenText(text, key)).to.equal(HIDDEN);
    });

    it("is an entry where a name that shells take stands before a value", () => {
        expect(entryOf("_a1=b=c")).to.deep.equal({ name: "_a1", value: "b=c" });
        expect(entryOf("A=b\nc")).to.deep.equal({ name: "A", value: "b\nc" });
        for (const text of ["A=", "=b", "1A=b", "a-b=c", "x A=b", "A", `${"a".repeat(101)}=b`])
            expect(entryOf(text), text).to.equal(undefined);
    });
});
