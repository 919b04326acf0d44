// `make pictures`: retakes docs/images from the command's output about sandboxes. Needs chromium.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { Io } from "../../cli/io";
import { run } from "../../cli/main";
import { type Sandbox, type Seed, startSandbox } from "../../sandbox";
import { root } from "./pulumi";
import { takeReportPictures } from "./report-pictures";

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";

const image = (...names: string[]) => names.map((name) => `$CI_REGISTRY/${name}`);
const producer = (path: string, list: object = {}) => ({
    path,
    visibility: "private" as const,
    jobTokenScope: { enabled: true, ...list },
});
const consumer = (path: string, ...images: string[]) => ({
    path,
    files: {
        ".gitlab-ci.yml": images
            .map((name, i) => `job${i}: { image: "${name}:1", script: ["true"] }`)
            .concat(images.length === 0 ? ['job: { image: alpine, script: ["true"] }'] : [])
            .join("\n"),
    },
});

/** Three teams, with every possible state between a consumer and a producer. */
const TEAMS: Seed = {
    settings: { registryHost: "registry.example.org", enforceInboundJobTokenScope: false },
    users: [{ username: "owner" }],
    groups: ["teams", "teams/apps", "teams/data", "teams/shop", "containers", "libs", "tools"].map((path) => ({
        path,
        members: { owner: "owner" as const },
    })),
    projects: [
        producer("containers/base", { groups: ["teams"] }),
        producer("containers/node"),
        producer("containers/python", { projects: ["teams/apps/etl", "teams/apps/old", "teams/data/train"] }),
        { path: "libs/certs", visibility: "public" },
        producer("tools/scanner", { enabled: false }),
        consumer("teams/apps/etl", ...image("containers/base", "containers/python", "tools/scanner")),
        consumer("teams/apps/old"),
        consumer("teams/apps/reports", ...image("containers/python", "libs/certs")),
        consumer("teams/data/features", ...image("containers/base", "containers/python")),
        consumer("teams/data/train", ...image("containers/base", "containers/python", "tools/scanner")),
        consumer("teams/shop/backend", ...image("containers/base", "libs/certs", "tools/scanner")),
        consumer("teams/shop/frontend", ...image("containers/base", "containers/node")),
    ],
    tokens: [{ name: "owner", user: "owner", scopes: ["api"] }],
};

const STACK = `config:
  gitlab-fleet:registries:
    containers/node: { consumers: { groups: [teams/shop] } }
    containers/python: { consumers: { projects: [teams/apps/etl, teams/data/features] } }
`;

interface Picture {
    file: string;
    seed: Seed | string;
    /** Arguments of the command that writes the page. */
    argv(page: string, folder: string): string[];
    size: { width: number; height?: number };
}

const PICTURES: Picture[] = [
    {
        file: "audit.png",
        seed: path.join(root, "sandbox/seeds/demo.yaml"),
        argv: (page) => ["audit", "--group", "apps", "--html", page],
        size: { width: 1240, height: 560 },
    },
    {
        file: "matrix.png",
        seed: TEAMS,
        argv: (page, folder) => {
            const stack = path.join(folder, "Pulumi.prod.yaml");
            fs.writeFileSync(stack, STACK);
            return ["access", "scan", "--group", "teams", "--check", "--stack", stack, "--matrix", page];
        },
        size: { width: 1000 },
    },
];

async function writePage(sandbox: Sandbox, argv: string[]): Promise<void> {
    const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.owner };
    let printed = "";
    const sink = {
        write: (text: string) => {
            printed += text;
        },
    };
    const code = await run(argv, new Io({ stdout: sink, stderr: sink, env, now: () => sandbox.clock.now() }));
    // Exit code 1 means that there are findings.
    if (code > 1) throw new Error(printed);
}

async function take(browser: Browser, picture: Picture): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));
    const sandbox = await startSandbox({ seed: picture.seed });
    try {
        const file = path.join(folder, "page.html");
        await writePage(sandbox, picture.argv(file, folder));
        const text = fs.readFileSync(file, "utf8").replaceAll(sandbox.url, "https://gitlab.example.org");
        const { width, height } = picture.size;
        const page = await browser.newPage({ viewport: { width, height: height ?? 400 } });
        await page.setContent(text);
        if (height === undefined) {
            const hidden = await page.evaluate<number>(
                "(() => { const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight; })()",
            );
            await page.setViewportSize({ width, height: 400 + hidden });
        }
        await page.screenshot({ path: path.join(root, "docs/images", picture.file) });
        await page.close();
        console.log(`docs/images/${picture.file}`);
    } finally {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    }
}

async function main(): Promise<void> {
    if (!fs.existsSync(BROWSER)) {
        console.error(
            `There is no browser at ${BROWSER}. Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path.`,
        );
        process.exitCode = 1;
        return;
    }
    const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
    try {
        for (const picture of PICTURES) await take(browser, picture);
        await takeReportPictures(browser);
    } finally {
        await browser.close();
    }
}

void main();
