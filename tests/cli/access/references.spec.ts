import { expect } from "chai";
import { readCiConfig } from "../../../cli/access/ci-config";
import { type AccessReference, filesOf, findReferences } from "../../../cli/access/references";
import { predefinedVariables } from "../../../cli/access/variables";

const predefined = predefinedVariables({
    id: 7,
    path: "apps/Etl",
    registry: "registry.example.org:5050",
    server: "https://gitlab.example.org",
    defaultBranch: "main",
});

function scan(yaml: string, files: Record<string, string> = {}): AccessReference[] {
    return findReferences(readCiConfig(yaml), {
        registries: ["registry.example.org:5050"],
        predefined,
        file: (path) => files[path],
    });
}

const brief = (references: AccessReference[]) =>
    references.map(({ kind, where, text }) => `${kind} | ${where} | ${text}`);

describe("findReferences", () => {
    it("finds images and services, global, by default and of the job", () => {
        const found = scan(`
image: registry.example.org:5050/old/global:1
default:
  services: ["registry.example.org:5050/db/postgres:16", "redis:7"]
build:
  image: { name: "$CI_REGISTRY/containers/poetry/python3.11/rockylinux9:1.5", entrypoint: [""] }
  script: [make]
test:
  services: [{ name: "$CI_REGISTRY/db/mysql", alias: db }]
  script: [make test]
lint:
  inherit: { default: false }
  script: [make lint]
.hidden:
  image: $CI_REGISTRY/never/used
`);
        expect(brief(found)).to.deep.equal([
            "image | job build | registry.example.org:5050/containers/poetry/python3.11/rockylinux9:1.5",
            "service | job build | registry.example.org:5050/db/postgres:16",
            "image | job test | registry.example.org:5050/old/global:1",
            "service | job test | registry.example.org:5050/db/mysql",
        ]);
        expect(found[0]?.candidates).to.deep.equal([
            "containers/poetry/python3.11/rockylinux9",
            "containers/poetry/python3.11",
            "containers/poetry",
        ]);
    });

    it("takes variables from the configuration, the job, its rules and its matrix", () => {
        const found = scan(`
variables: { REG: "$CI_REGISTRY/containers", PY: { value: "3.10", description: Python } }
a:
  image: "$REG/python:$PY"
  script: [x]
b:
  image: "$REG/$NAME:1"
  variables: { NAME: ruby }
  rules: [{ if: $X, variables: { NAME: perl } }]
  script: [x]
c:
  image: "\${REG}/\${NAME}"
  parallel: { matrix: [{ NAME: [go, rust], ARCH: amd64 }, { NAME: zig }] }
  script: [x]
`);
        expect(found.map(({ text }) => text.replace("registry.example.org:5050/containers/", ""))).to.deep.equal([
            "python:3.10",
            "ruby:1",
            "perl:1",
            "go",
            "rust",
            "zig",
        ]);
    });

    it("names the variables that hide where an image comes from, and none that only hide its tag", () => {
        const found = scan(`
a: { image: "$CI_REGISTRY/containers/$NAME:1", script: [x] }
b: { image: "$WHERE/poetry:1", script: [x] }
c: { image: "$CI_REGISTRY/containers/poetry:$TAG", script: [x] }
d: { image: "$CI_REGISTRY/containers/poetry/$VARIANT:1", script: [x] }
e: { image: "\${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/alpine", script: [x] }
`);
        expect(found.map(({ where, candidates, unknown }) => [where, candidates, unknown])).to.deep.equal([
            ["job a", [], ["NAME"]],
            ["job b", [], ["WHERE"]],
            ["job c", ["containers/poetry"], []],
            ["job d", ["containers/poetry"], ["VARIANT"]],
        ]);
    });

    it("finds included, triggered and needed projects", () => {
        const found = scan(`
include:
  - { project: ci/templates, file: build.yml }
  - { local: x.yml }
  - component: $CI_SERVER_FQDN/ci/catalog/lint@1.2
deploy: { trigger: { project: $CI_PROJECT_ROOT_NAMESPACE/deploy, branch: main } }
child: { trigger: { include: [{ project: ci/child, file: c.yml }] } }
old: { trigger: apps/old }
test:
  script: [x]
  needs: [build, { project: libs/core, job: build, ref: main, artifacts: true }]
`);
        expect(brief(found)).to.deep.equal([
            "include | the configuration | ci/templates",
            "include | the configuration | ci/catalog/lint",
            "trigger | job deploy | apps/deploy",
            "include | job child | ci/child",
            "trigger | job old | apps/old",
            "needs | job test | libs/core",
        ]);
        expect(found[1]?.candidates).to.deep.equal(["ci/catalog/lint", "ci/catalog"]);
    });

    it("reads the Dockerfiles that jobs build, with the values of their build arguments", () => {
        const yaml = `
docker:
  variables: { BASE: "$CI_REGISTRY/containers/base" }
  before_script: [docker login]
  script:
    - docker build --pull -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" --build-arg BASE=$BASE --build-arg VERSION .
    - cd services/api && docker buildx build --platform linux/amd64 -f docker/Dockerfile.prod --push ..
    - |
      docker pull $CI_REGISTRY/tools/scanner:2 &&
      buildah bud -f "images/My File" images
kaniko:
  image: { name: gcr.io/kaniko-project/executor, entrypoint: [""] }
  script: ["/kaniko/executor --context $CI_PROJECT_DIR/web --dockerfile $CI_PROJECT_DIR/web/Dockerfile --destination x"]
`;
        expect(filesOf(readCiConfig(yaml), predefined)).to.deep.equal([
            "Dockerfile",
            "services/api/docker/Dockerfile.prod",
            "services/api/images/My File",
            "web/web/Dockerfile",
        ]);
        const found = scan(yaml, {
            Dockerfile: [
                "ARG BASE=alpine",
                "ARG VERSION=3",
                `FROM --platform=$BUILDPLATFORM \${BASE}:\${VERSION} AS build`,
                "FROM build AS test",
                "FROM scratch",
                "COPY --from=build /a /a",
                "COPY --chown=1:1 --from=registry.example.org:5050/libs/certs /etc /etc",
                "RUN --mount=type=bind,from=registry.example.org:5050/tools/lint,target=/l /l/run",
            ].join("\n"),
        });
        expect(brief(found)).to.deep.equal([
            "pull | job docker | registry.example.org:5050/tools/scanner:2",
            "from | Dockerfile:3 | registry.example.org:5050/containers/base:3",
            "from | Dockerfile:7 | registry.example.org:5050/libs/certs",
            "from | Dockerfile:8 | registry.example.org:5050/tools/lint",
        ]);
    });

    it("finds the image among the flags of commands that fetch one", () => {
        const image = "registry.example.org:5050/tools/scanner:2";
        const commands = [
            "docker pull --quiet --platform linux/amd64 I",
            "docker image pull -a I",
            "docker run I",
            "docker run --rm -it -v $PWD:/src -e A=b -w/src --network=host --name scan I tools/other sh -c ls",
            "docker container run -d -p 80:80 I",
            "sudo podman create --replace --name x I",
            "skopeo --debug copy docker://I docker://registry.example.org:5050/apps/copy:2",
        ];
        for (const command of commands) {
            const found = scan(JSON.stringify({ a: { script: [command.replace("I", image)] } }));
            expect(
                found.map(({ kind, candidates }) => `${kind} ${candidates[0]}`),
                command,
            ).to.deep.equal(["pull tools/scanner"]);
        }
        for (const command of ["docker run", "docker run --rm", "docker push I", "skopeo copy oci:x docker://I"]) {
            const found = scan(JSON.stringify({ a: { script: [command.replace("I", image)] } }));
            expect(found, command).to.deep.equal([]);
        }
    });

    it("finds repositories that jobs read with their token", () => {
        const found = scan(`
get:
  variables: { LIBS: libs }
  script:
    - git clone https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$LIBS/core.git core
    - git remote add up "https://oauth2:\${CI_JOB_TOKEN}@gitlab.example.org/tools/lint"
    - pip install "tool @ git+https://gitlab-ci-token:\${CI_JOB_TOKEN}@\${CI_SERVER_FQDN}/tools/deep/pack.git@v1#subdirectory=a"
    - git clone https://gitlab-ci-token:$CI_JOB_TOKEN@gitlab.example.org/$TEAM/x.git
    - git clone https://gitlab-ci-token:$CI_JOB_TOKEN@elsewhere.org/libs/other.git
    - git clone https://gitlab.example.org/libs/public.git
    - git config --global url."https://gitlab-ci-token:$CI_JOB_TOKEN@gitlab.example.org/".insteadOf https://gitlab.example.org/
`);
        expect(brief(found)).to.deep.equal([
            "clone | job get | libs/core",
            "clone | job get | tools/lint",
            "clone | job get | tools/deep/pack",
            `clone | job get | \${TEAM}/x`,
        ]);
        expect(found[3]).to.deep.include({ candidates: [], unknown: ["TEAM"] });
    });

    it("finds the submodules that gitlab-runner fetches, and those over SSH only where it rewrites them", () => {
        const gitmodules = `
[submodule "a"]
\tpath = a
\turl = ../core.git
[submodule "b"]
\turl = https://gitlab.example.org/libs/b.git
[submodule "c"]
\turl = git@gitlab.example.org:libs/c.git
[submodule "d"]
\turl = https://github.com/other/d.git
[submodule "e"]
\turl = ssh://git@gitlab.example.org:2222/libs/e.git
`;
        const scanned = (variables: string) =>
            brief(scan(`{ variables: { ${variables} }, a: { script: [x] } }`, { ".gitmodules": gitmodules }));
        expect(scanned("A: b")).to.deep.equal([]);
        expect(scanned("GIT_SUBMODULE_STRATEGY: none")).to.deep.equal([]);
        const https = ["clone | .gitmodules | apps/core", "clone | .gitmodules | libs/b"];
        expect(scanned("GIT_SUBMODULE_STRATEGY: normal")).to.deep.equal(https);
        expect(scanned('GIT_SUBMODULE_STRATEGY: recursive, GIT_SUBMODULE_FORCE_HTTPS: "true"')).to.deep.equal([
            ...https,
            "clone | .gitmodules | libs/c",
            "clone | .gitmodules | libs/e",
        ]);
    });

    it("lists a reference once for each place, however many variable sets lead to it", () => {
        const found = scan(`
a:
  image: $CI_REGISTRY/containers/poetry
  parallel: { matrix: [{ N: [1, 2, 3] }] }
  script: [x]
b: { image: $CI_REGISTRY/containers/poetry, script: [x] }
`);
        expect(found.map(({ where }) => where)).to.deep.equal(["job a", "job b"]);
    });

    it("follows extends and !reference where the configuration is not merged yet", () => {
        const found = scan(`
.base: { image: $CI_REGISTRY/containers/base, variables: { A: x } }
.setup: { script: [docker pull $CI_REGISTRY/tools/$A] }
job:
  extends: .base
  script: [!reference [.setup, script], make]
`);
        expect(brief(found)).to.deep.equal(["image | job job | registry.example.org:5050/containers/base"]);
    });
});
