import { expect } from "chai";
import { projectToValidate, WELL } from "./project";

describe("gitlab-fleet validate, of what nobody reads", () => {
    const { write, validate } = projectToValidate();

    it("finds what was meant for a fleet and stands where nobody reads it", async () => {
        const runners = "{ a: { scope: { group: apps } } }";
        const MISPLACED: [text: string, found: string][] = [
            [
                `gitlab-fleet:runners: ${runners}`,
                "1: gitlab-fleet:runners is not read there. Write it below config:, further to the right.",
            ],
            [
                `config:\nrunners: ${runners}`,
                "2: runners is not read there. Write it below config:, further to the right.",
            ],
            [
                `Config:\n  gitlab-fleet:runners: ${runners}`,
                "1: Config is not read by anything. Write config: in its place.",
            ],
            [
                `config:\n  runners: ${runners}`,
                "2: runners is not read by anything. Write gitlab-fleet:runners: in its place.",
            ],
            [
                `config:\n  shop:runners: ${runners}`,
                "2: shop:runners is not read by anything. Write gitlab-fleet:runners: in its place.",
            ],
            [
                "config:\n  gitlab_fleet:managers: {}",
                "2: gitlab_fleet:managers is not read by anything. Write gitlab-fleet:managers: in its place.",
            ],
            [
                "config:\n  gitlb:baseUrl: https://a.org/api/v4/",
                "2: gitlb:baseUrl is not read by anything. Write gitlab:baseUrl: in its place.",
            ],
            [
                `config:\n  gitlab-fleet:\n    runners: ${runners}\n    managers: {}`,
                "2: gitlab-fleet is not read by anything. Write gitlab-fleet:runners: and gitlab-fleet:managers: in its place.",
            ],
            [
                "config:\n  gitlab-fleet.stateLost: true",
                '2: ["gitlab-fleet.stateLost"] is not read by anything. Write gitlab-fleet:stateLost: in its place.',
            ],
            [
                "config:\n  shop:gitlab-fleet:managers: {}",
                "2: shop:gitlab-fleet:managers is not read by anything. Write gitlab-fleet:managers: in its place.",
            ],
            [
                "config:\n  gitlabfleet/managers: {}",
                "2: gitlabfleet/managers is not read by anything. Write gitlab-fleet:managers: in its place.",
            ],
            [
                "config:\n  registrys: { a/b: { consumers: { projects: [a/c] } } }",
                "2: registrys is not read by anything. Write gitlab-fleet:registries: in its place.",
            ],
        ];
        for (const [text, found] of MISPLACED) {
            write("stacks/Pulumi.prod.yaml", text);
            const { code, out } = await validate();
            expect([code, out.split("\n")[0]], text).to.deep.equal([1, `stacks/Pulumi.prod.yaml:${found}`]);
        }
    });

    it("finds it in a shared file, too", async () => {
        write("stacks/Pulumi.prod.yaml", "config:\n  gitlab-fleet:extends: [a.yaml, b.yaml]\n");
        write("stacks/a.yaml", "gitlab-fleet:runners: { a: { scope: instance } }\n");
        write("stacks/b.yaml", "config:\n  runners: { a: { scope: instance } }\n");
        expect((await validate()).out.split("\n").slice(0, 2)).to.deep.equal([
            "stacks/a.yaml:1: gitlab-fleet:runners is not read there. Write it below config:, further to the right.",
            "stacks/b.yaml:2: runners is not read by anything. Write gitlab-fleet:runners: in its place.",
        ]);
    });

    it("leaves alone what a program may read for itself, and the keys of other packages", async () => {
        const scoped = "{ a: { scope: { group: apps } } }";
        const own = [
            "runners: 3",
            "shop:managers: [a]",
            "aws:region: eu-central-1",
            "other:token: x",
            "group: apps",
            // Pulumi's package for GitHub, of which a program may mirror projects.
            "github:token: x",
            "github:baseUrl: https://github.example.org/",
            "gitlab-agent:registries: {}",
            `actions:runners: ${scoped}`,
            `actions:gitlab-fleet: { runners: ${scoped} }`,
            "shop:gitlab-fleet: true",
            "shop:runners: { linux: { scope: organisation } }",
            "managers: { ann: { placement: London } }",
        ];
        for (const line of own) {
            write("stacks/Pulumi.prod.yaml", `${WELL}  ${line}\n`);
            expect((await validate()).out, line).to.equal("No mistake in stack prod.\n");
        }
    });

    it("leaves alone the keys of a project whose own name is nearly ours", async () => {
        write("Pulumi.yaml", "name: gitlab-fleets\nruntime: nodejs\nstackConfigDir: stacks\n");
        write("stacks/Pulumi.prod.yaml", `${WELL}  gitlab-fleets:runners: 3\n`);
        expect((await validate()).out).to.equal("No mistake in stack prod.\n");
    });

    it("leaves alone what a program of another language reads in its own way, but not a misspelt package", async () => {
        write("stacks/Pulumi.prod.yaml", `${WELL}  runners: { a: { scope: { group: apps } } }\n  gitlb:baseUrl: x\n`);
        for (const runtime of ["python", "{ name: yaml }"]) {
            write("Pulumi.yaml", `name: shop\nruntime: ${runtime}\nstackConfigDir: stacks\n`);
            expect((await validate()).out.split("\n").slice(0, 2), runtime).to.deep.equal([
                "stacks/Pulumi.prod.yaml:5: gitlb:baseUrl is not read by anything. Write gitlab:baseUrl: in its place.",
                "1 mistake in stack prod.",
            ]);
        }
    });

    it("leaves alone what stands beside config: for what is below it to refer to", async () => {
        const all = "runners: &all { a: { scope: { group: apps } } }";
        write("stacks/Pulumi.prod.yaml", `${all}\nconfig:\n  gitlab-fleet:runners: *all\n`);
        expect((await validate()).out).to.equal("No mistake in stack prod.\n");
    });
});
