import * as fs from "node:fs";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { Io } from "../../cli/io";
import { run } from "../../cli/main";
import { startEngine } from "../../tests/helpers/engine";
import { root } from "./pulumi";

const VIEWS = [
    { file: "report.png", width: 1100, colorScheme: "light" },
    { file: "report-dark.png", width: 1100, colorScheme: "dark" },
    { file: "report-narrow.png", width: 390, colorScheme: "light" },
] as const;

interface Fleet {
    runner: string;
    consumers: string;
    privileged: boolean;
}

const config = (folder: string, { runner, consumers, privileged }: Fleet) => `config:
  gitlab-fleet:runners:
    ${runner}:
      scope: { group: apps }
      tags: [docker, fastapi]
      config: { executor: docker, limit: ${privileged ? 6 : 4}, docker: { image: "alpine:3.22", privileged: ${privileged} } }
    shell-heavy: { scope: { group: apps }, tags: [shell]${privileged ? ", rotationTrigger: leaked-1" : ""}, config: { executor: shell } }
  gitlab-fleet:managers:
    ci-01: { placement: { directory: ${folder}/ci-01 }, runners: [${runner}], config: { concurrent: 8 } }
    ci-02: { placement: { directory: ${folder}/ci-02 }, runners: [shell-heavy], config: { concurrent: 1 } }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [${consumers}] } }
`;

/** Takes pictures of the report of a merge request with various changes, in several kinds of pages. */
export async function takeReportPictures(browser: Browser): Promise<void> {
    const before = { runner: "docker-small", consumers: "apps/etl, apps/web", privileged: false };
    const engine = await startEngine({ config: (folder) => config(folder, before) });
    try {
        await engine.up();
        engine.stack.setConfig(
            config(engine.folder, { runner: "docker-large", consumers: "apps/etl, other/tool", privileged: true }),
        );
        const { stdout, output } = await engine.stack.run(["preview", "--json"]);
        const file = path.join(engine.folder, "report.html");
        const printed: string[] = [];
        const sink = { write: (text: string) => printed.push(text) };
        const io = new Io({ stdout: sink, stderr: sink, readInput: async () => stdout });
        if ((await run(["report", "--html", file], io)) !== 0) throw new Error(`${printed.join("")}\n${output}`);
        const text = fs
            .readFileSync(file, "utf8")
            .replaceAll(engine.folder, "/srv/runners")
            .replaceAll(/\btest\b/g, "prod");
        for (const { file: name, width, colorScheme } of VIEWS) {
            const page = await browser.newPage({ viewport: { width, height: 400 }, colorScheme });
            await page.setContent(text);
            await page.screenshot({ path: path.join(root, "docs/images", name), fullPage: true });
            await page.close();
            console.log(`docs/images/${name}`);
        }
    } finally {
        await engine.close();
    }
}
