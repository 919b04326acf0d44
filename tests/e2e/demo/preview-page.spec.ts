import * as path from "node:path";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { expectGolden } from "../../helpers/golden";
import { toTranscript } from "./transcript";

/** What changes in the course of the day, as it stands in the stack's configuration. */
interface Day {
    limit: number;
    consumers: string;
    /** Name of the runner, and what goes with it. */
    runner: string;
    more: string;
    /** Lines of a manager for it; none: it is taken out. */
    hasManager: boolean;
}

const MORNING: Day = { limit: 4, consumers: "apps/etl, apps/web", runner: "docker-small", more: "", hasManager: true };

function config(folder: string, { limit, consumers, runner, more, hasManager }: Day): string {
    const manager = `    ci-01:
      placement: { directory: ${folder}/ci-01 }
      runners: [${runner}]
      config: { concurrent: 8 }
`;
    return `config:
  gitlab-fleet:runners:
    ${runner}:
      scope: { group: apps }
      tags: [docker, fastapi]${more}
      config:
        executor: docker
        limit: ${limit}
        request_concurrency: 2
        environment: ["HTTP_PROXY=http://proxy:3128"]
        docker: { image: "alpine:3.20" }
    shell-heavy:
      scope: { group: apps }
      tags: [shell]
      config: { executor: shell }
  gitlab-fleet:managers:
${hasManager ? manager : ""}    ci-02:
      placement: { directory: ${folder}/ci-02 }
      runners: [shell-heavy]
      config: { concurrent: 1 }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [${consumers}] } }
`;
}

describe("docs/preview.md", () => {
    let engine: Engine;
    let today = MORNING;
    const page: string[] = [];
    const ids = new Map<number, number>();

    before(async () => {
        engine = await startEngine({ config: (folder) => config(folder, MORNING) });
    });
    after(() => engine.close());

    /** Changes the configuration. */
    const edit = (change: Partial<Day>) => {
        today = { ...today, ...change };
        engine.stack.setConfig(config(engine.folder, today));
    };
    const tell = (heading: string, ...text: string[]) => page.push(`## ${heading}`, ...text);
    const show = async (...args: string[]) => {
        const { code, output } = await engine.stack.run(args);
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
        page.push(`\`\`\`text\n$ pulumi ${args.join(" ")}\n${toTranscript(output, engine.folder, ids)}\n\`\`\``);
    };

    const runnerCalled = (name: string) =>
        engine.sandbox.db.runners.all().find(({ description }) => description === name)!;

    /** Puts a group on a project's allowlist, as a maintainer does. */
    const addByHand = async (project: string, group: string) => {
        const { url, tokens, db } = engine.sandbox;
        const { id } = db.projects.all().find((one) => one.path === project)!;
        const target = db.groups.all().find((one) => one.path === group)!;
        const answer = await fetch(`${url}/api/v4/projects/${id}/job_token_scope/groups_allowlist`, {
            method: "POST",
            headers: { "PRIVATE-TOKEN": tokens.owner!, "content-type": "application/json" },
            body: JSON.stringify({ target_group_id: target.id }),
        });
        if (!answer.ok) throw new Error(`adding ${group} by hand ended with ${answer.status}: ${await answer.text()}`);
    };

    it("shows what pulumi prints in a fleet's day, as it is today", async () => {
        page.push(
            "# A fleet's day, in previews",
            "What `pulumi preview` prints for a day's changes, so that you can compare your own previews. A test records every output with " +
                "the real engine and the sandbox (`make transcript`), and leaves out Pulumi's tree and times.",
            "| resource | meaning |\n| --- | --- |\n" +
                "| `UserRunner`, `RunnerToken` | the runner in GitLab, and its authentication token |\n" +
                "| `ManagerFiles`, `ManagerPlace` | the manager's `config.toml`, and the check of its directory before anything is changed |\n" +
                "| `ProjectJobTokenScopes` | a project's job-token allowlist |\n" +
                "| `ExclusiveRunners` | the search for other runners in a scope: `orphans-group-apps` finds runners that a killed `up` left in group `apps` |\n" +
                "| `StackIdentity` | how this stack recognizes what it owns |\n" +
                "| `Fleet`, `Runner`, `RunnerManager`, `RegistryAccess`, `JobTokenAllowlist` | the components that contain the other resources |",
            "A message begins with its subject: `manager ci-01`, `runner docker-small`, `allowlist containers/poetry`. `settings` shows the " +
                "part of a manager's `config.toml` that is not secret; `[secret]` replaces [secrets](components.md#runnermanager).",
        );
        tell("Morning: a new stack", "Two runners with a manager each, and an allowlist of two consumers.");
        await show("preview");
        await engine.up();
        ids.set(runnerCalled("docker-small").id, 101).set(runnerCalled("shell-heavy").id, 102);

        tell("A worker's limit is raised", "`limit: 4` becomes `limit: 6`. First the short output, then all values.");
        edit({ limit: 6 });
        await show("preview");
        await show("preview", "--diff");
        await engine.up();

        tell("One more consumer", "`other/tool` is inserted before the other consumers. The diff shows one line.");
        edit({ consumers: "other/tool, apps/etl, apps/web" });
        await show("preview", "--diff");
        await engine.up();

        tell(
            "Somebody pauses a runner in GitLab",
            "The configuration has not changed. A preview compares with GitLab, and `up` puts back what was declared.",
        );
        engine.sandbox.db.runners.update(runnerCalled("docker-small").id, { active: false });
        await show("preview", "--diff");
        await engine.up();

        tell(
            "Somebody adds an entry by hand",
            "Somebody adds group `apps` to the list in GitLab's UI. The configuration does not declare it.",
        );
        await addByHand("poetry", "apps");
        await show("preview", "--diff");
        await engine.up();

        tell(
            "A runner is renamed",
            "A new name means a new runner: the old one would be deleted, with its id, token and history. The preview warns.",
        );
        edit({ runner: "docker-tiny" });
        await show("preview");
        page.push("With `renamedFrom: docker-small` the runner stays the same:");
        edit({ more: "\n      renamedFrom: docker-small" });
        await show("preview");
        await engine.up();
        edit({ more: "" });

        tell("A manager is removed", "Its runner stays, but no manager takes its jobs.");
        edit({ hasManager: false });
        await show("preview");
        edit({ hasManager: true });

        tell("A token is reset", "`rotationTrigger` is set, because a token was leaked.");
        edit({ more: "\n      rotationTrigger: leaked-1" });
        await show("preview");
        await engine.up();

        tell(
            "Evening: the stack is destroyed",
            "`destroy` removes what this stack created in GitLab and on disk, and nothing else.",
        );
        await show("destroy", "--preview-only");
        expectGolden(`${page.join("\n\n")}\n`, path.join(root, "docs/preview.md"));
    });
});
