import type { Seed } from "../../sandbox";
import { PEOPLE } from "./client";

/** The people, and a project whose pipeline is made of several files. */
export const WITH_FILES: Seed = {
    ...PEOPLE,
    projects: [
        ...PEOPLE.projects!,
        {
            path: "apps/ci",
            files: {
                ".gitlab-ci.yml": [
                    "include:",
                    "  - local: /ci/*.yml",
                    "  - { project: apps/web, file: /shared.yml }",
                    "stages: [build]",
                    "build:",
                    "  extends: [.base, .shared]",
                    "  script:",
                    "    - !reference [.base, setup]",
                    "    - make",
                    "  variables: { B: own }",
                ].join("\n"),
                "ci/base.yml": ".base:\n  image: python:3.11\n  setup: [one, two]\n  variables: { A: base, B: base }\n",
                "docker/Dockerfile": "FROM alpine\n",
            },
        },
    ],
};
