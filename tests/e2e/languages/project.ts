import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root } from "../../../dev/scripts/pulumi";

/** A Pulumi project in another language, outside this repository, whose plugin is ours. */
export class LanguageProject {
    /** Real path: Pulumi resolves links in it. */
    readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "language-project-")));

    /** @param runtime what `Pulumi.yaml` calls the language */
    constructor(private readonly runtime: string) {
        this.writeProject("");
    }

    /** Writes `Pulumi.yaml` with a program below it: in YAML that is where it stands. */
    writeProject(program: string): void {
        const plugins = ["gitlab", "gitlab-fleet"].map((name) => ({ name, path: path.join(root, "provider/bin") }));
        const head = `name: fleet\nruntime: ${this.runtime}\nplugins: ${JSON.stringify({ providers: plugins })}\n`;
        fs.writeFileSync(path.join(this.folder, "Pulumi.yaml"), head + program);
    }

    write(name: string, text: string): void {
        fs.writeFileSync(path.join(this.folder, name), text);
    }

    read(name: string): string {
        return fs.readFileSync(path.join(this.folder, name), "utf8");
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}

/** What docs/languages.md shows of a language. */
export function shownIn(language: string): string {
    const page = fs.readFileSync(path.join(root, "docs/languages.md"), "utf8");
    return page.split(`\n\`\`\`${language}\n`)[1]!.split("\n```\n")[0]!;
}
