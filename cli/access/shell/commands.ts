/** What the words of a command name, in the terms of docs/registry-access.md. */
export const NAMES = {
    images: "images",
    login: "a registry, and the token with which later commands pull images",
    build: "a Dockerfile, which is searched for images",
    repository: "repositories",
    push: "a repository; a switch of its project decides",
    remote: "a repository, which counts once it is fetched",
    settings: "credentials for git",
    files: "a file, read as text",
    composed: "a file, read as text",
    addresses: "addresses of packages and of the API",
    packages: "addresses of packages and of the API",
    command: "a command, which the scan follows",
    text: "the text of a script, which the scan follows",
    script: "a script: in an argument, in a file, or on standard input",
    output: "a text, which is read if it is written into a file",
    nothing: "nothing to pull",
};

/** A row of the table of commands: which words of which commands name an image, a project, a file or a command. */
export interface CommandRow {
    /** Names of the programs, separated by spaces. */
    programs: string;
    /** The words after the program, with `|` between alternatives; if absent, every use of the program. */
    verbs?: string;
    names: keyof typeof NAMES;
    /** Which words, if not all. For commands that copy, the last word is the destination. */
    operands?: "first";
    /** Only words with this prefix. */
    prefix?: string;
    /** Switches that take a value, or those that take none, if one of the two lists is known. */
    takes?: string;
    bare?: string;
    /** Switches whose values are images that it pulls. */
    images?: string;
    /** Files that it reads by default, separated by spaces. Others follow these switches, or are in this variable. */
    files?: string;
    fileSwitches?: string;
    /** Switches whose value is its working directory. */
    folder?: string;
    /** The command that it runs begins after so many words; if absent, at the first known command. */
    runs?: number;
    /** Where it runs that command, if not here. */
    away?: "container" | "machine";
}

const DOCKER = "docker podman nerdctl finch";
const GIT =
    "-b -o -c -j -u --branch --depth --origin --config --jobs --filter --reference --shallow-since --upload-pack --template";
const BUILDS_ON = "--from --build-context --cache-from --import-cache --cache-repo";
const COMPOSE = "compose.yaml compose.yml docker-compose.yaml docker-compose.yml";
/** Most switches of `run` and of builds take a value; these do not. */
const BARE =
    "-D --debug --tls --tlsverify -r --remote -q --quiet --rm --tls-verify --http-proxy --no-hosts --no-hostname";
const RUN =
    `${BARE} -d --detach -i --interactive -t --tty --init --privileged --read-only --no-healthcheck --oom-kill-disable -P ` +
    "--publish-all --sig-proxy --disable-content-trust --use-api-socket --env-host --passwd --read-only-tmpfs --replace --rmi --rootfs";
const BUILD =
    `${BARE} --no-cache --pull --push --load --force-rm --squash --compress --disable-content-trust --stream --check ` +
    "--all-platforms --layers --pull-always --pull-never --inherit-labels --omit-history --stdin --identity-label " +
    "--rewrite-timestamp --skip-unused-stages --save-stages --logsplit --compat-volumes --disable-compression " +
    "--cache --cleanup --no-push --no-push-cache --insecure --insecure-pull --skip-tls-verify --skip-tls-verify-pull " +
    "--skip-push-permission-check --reproducible --single-snapshot --use-new-run --cache-copy-layers --cache-run-layers " +
    "--compressed-caching --skip-default-registry-fallback --force --log-timestamp --ignore-var-run --preserve-context";

/** The table. docs/registry-access.md shows it; a test keeps the two alike. */
// biome-ignore format: one row, one line
export const COMMANDS: readonly CommandRow[] = [
    { programs: `${DOCKER} buildah`, verbs: "pull | from | image pull | manifest inspect | manifest create | buildx imagetools inspect | buildx imagetools create | plugin install", names: "images" },
    { programs: DOCKER, verbs: "run | create | container run | container create", names: "images", operands: "first", bare: RUN, runs: 1, away: "container" },
    { programs: DOCKER, verbs: "build | image build | buildx build | buildx b | builder build", names: "build", bare: BUILD, images: BUILDS_ON },
    { programs: DOCKER, verbs: "buildx create", names: "nothing", images: "--driver-opt" },
    { programs: `${DOCKER} buildah`, verbs: "push | tag | rmi | rm | images | inspect | save | history | logout | commit | config | manifest | image push | image tag | image rm | image ls | image exists | image inspect | image save | image history", names: "nothing" },
    { programs: "skopeo crane regctl oras cosign helm flux apptainer singularity", verbs: "push | blob push | manifest push | delete | image delete | manifest delete | tag delete | catalog | attach | sign | sign-blob | verify-blob | attest | upload | logout | image import", names: "nothing" },
    { programs: "trivy", verbs: "fs | filesystem | rootfs | repo | repository | config | sbom | k8s | vm", names: "nothing" },
    { programs: DOCKER, verbs: "compose", names: "composed", files: COMPOSE, fileSwitches: "-f --file $COMPOSE_FILE", away: "container" },
    { programs: DOCKER, verbs: "stack deploy", names: "composed", fileSwitches: "-c --compose-file" },
    { programs: "podman", verbs: "kube play | play kube", names: "composed", operands: "first" },
    { programs: DOCKER, verbs: "buildx bake", names: "composed", files: "docker-bake.hcl docker-bake.json", fileSwitches: "-f --file" },
    { programs: `${DOCKER} buildah skopeo helm oras crane regctl`, verbs: "login | auth login | registry login", names: "login", takes: "-u -p --username --password --authfile --tls-verify" },
    { programs: "docker-compose podman-compose", names: "composed", files: COMPOSE, fileSwitches: "-f --file $COMPOSE_FILE", away: "container" },
    { programs: "buildah depot img", verbs: "bud | build", names: "build", bare: BUILD, images: BUILDS_ON },
    { programs: "buildah", verbs: "copy | add", names: "nothing", images: "--from" },
    { programs: "kaniko executor", names: "build", bare: BUILD, images: BUILDS_ON },
    { programs: "buildctl buildctl-daemonless.sh", verbs: "build", names: "build", bare: BUILD, images: BUILDS_ON },
    { programs: "crane", verbs: "append | rebase", names: "images", images: "-b --base --old_base --new_base" },
    { programs: "crane regctl oras trivy cosign", names: "images", operands: "first" },
    { programs: "skopeo helm flux apptainer singularity", names: "images", prefix: "docker:// oras:// oci://" },
    { programs: "helm", verbs: "dependency | dep", names: "files", files: "Chart.yaml" },
    { programs: "git", verbs: "clone | fetch | pull | ls-remote | archive | submodule", names: "repository", takes: GIT },
    { programs: "git", verbs: "push", names: "push" },
    { programs: "git", verbs: "remote", names: "remote" },
    { programs: "git", verbs: "config", names: "settings" },
    { programs: "curl wget", names: "addresses" },
    { programs: "pip pip3 pipx uv poetry pdm twine", names: "packages", files: "pyproject.toml setup.cfg", fileSwitches: "-r --requirement -c --constraint", folder: "-C --directory --project" },
    { programs: "npm pnpm yarn npx", names: "packages", files: ".npmrc .yarnrc.yml package.json", fileSwitches: "--userconfig", folder: "-C --dir --cwd --prefix" },
    { programs: "mvn mvnw", names: "packages", files: "pom.xml", fileSwitches: "-s --settings -gs -f --file" },
    { programs: "gradle gradlew", names: "packages", files: "build.gradle build.gradle.kts settings.gradle settings.gradle.kts", fileSwitches: "-b -c", folder: "-p --project-dir" },
    { programs: "go", names: "packages", files: "go.mod", folder: "-C" },
    { programs: "pre-commit", names: "packages", files: ".pre-commit-config.yaml" },
    { programs: "packer", verbs: "build", names: "files", operands: "first", takes: "-var -var-file -only -except" },
    { programs: "molecule", names: "files", files: "molecule/default/molecule.yml" },
    { programs: "cross", names: "files", files: "Cross.toml" },
    { programs: "cargo", names: "packages", files: "Cargo.toml .cargo/config.toml" },
    { programs: "composer", names: "packages", files: "composer.json", folder: "-d --working-dir" },
    { programs: "dotnet nuget", names: "packages", files: "nuget.config NuGet.config NuGet.Config", fileSwitches: "--configfile -ConfigFile" },
    { programs: "gem bundle", names: "packages", files: "Gemfile" },
    { programs: "conan", names: "packages", files: "conanfile.py conanfile.txt" },
    { programs: "cmake", names: "files", files: "CMakeLists.txt" },
    { programs: "sbt", names: "packages", files: "build.sbt" },
    { programs: "bazel bazelisk", names: "packages", files: "MODULE.bazel WORKSPACE" },
    { programs: "ansible-galaxy", names: "packages", files: "requirements.yml", fileSwitches: "-r --role-file" },
    { programs: "make gmake", names: "files", folder: "-C --directory", files: "Makefile makefile GNUmakefile", fileSwitches: "-f --file --makefile" },
    { programs: "rake", names: "files", files: "Rakefile rakefile Rakefile.rb", fileSwitches: "-f --rakefile" },
    { programs: "invoke inv fab", names: "files", files: "tasks.py fabfile.py" },
    { programs: "gulp grunt mage ant tilt fastlane", names: "files", files: "gulpfile.js Gruntfile.js magefile.go build.xml Tiltfile fastlane/Fastfile", fileSwitches: "-f --file --gulpfile --gruntfile" },
    { programs: "just", names: "files", files: "justfile Justfile", fileSwitches: "-f --justfile" },
    { programs: "task", names: "files", files: "Taskfile.yml Taskfile.yaml", fileSwitches: "-t --taskfile" },
    { programs: "tox nox", names: "files", files: "tox.ini noxfile.py", fileSwitches: "-c -f" },
    { programs: "earthly", names: "files", files: "Earthfile" },
    { programs: "werf", names: "files", files: "werf.yaml", fileSwitches: "--config" },
    { programs: "skaffold", names: "files", files: "skaffold.yaml", fileSwitches: "-f --filename" },
    { programs: "ko", names: "files", files: ".ko.yaml" },
    { programs: "devcontainer", names: "files", files: ".devcontainer/devcontainer.json .devcontainer.json", fileSwitches: "--config" },
    { programs: "terraform tofu terragrunt", names: "packages", files: "main.tf versions.tf providers.tf modules.tf", folder: "-chdir" },
    { programs: "helmfile", names: "files", files: "helmfile.yaml helmfile.yml", fileSwitches: "-f --file" },
    { programs: "grype syft dive dockle", names: "images", prefix: "registry: docker: podman: " },
    { programs: "FROM", names: "images", operands: "first" },
    { programs: "COPY ADD", names: "nothing", images: "--from" },
    { programs: "RUN", names: "nothing", images: "--mount" },
    { programs: "sudo doas nice ionice stdbuf env time sshpass xvfb-run nohup exec command builtin setsid busybox winpty fakeroot unbuffer", names: "command", runs: 0 },
    { programs: "timeout flock chroot gosu su-exec", names: "command", runs: 1, takes: "-s -k -w -E --signal --kill-after" },
    { programs: "xargs parallel", names: "command", runs: 0, takes: "-n -I -P -L -d -a -s -E -j -N" },
    { programs: "find", names: "command" },
    { programs: "poetry pipenv pdm uv hatch rye bundle", verbs: "run | exec", names: "command", runs: 0 },
    { programs: "ssh", names: "text", runs: 1, away: "machine", takes: "-B -b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w" },
    { programs: "eval trap su runuser script", names: "text", runs: 0, takes: "-c -g -s --command" },
    { programs: "sh bash dash ash zsh ksh", names: "script", runs: 0, takes: "-c -o +o -O --rcfile --init-file" },
    { programs: "python python3 ruby perl php", names: "files", operands: "first", takes: "-m -c -e -W -X -r" },
    { programs: "node deno bun", names: "files", operands: "first", takes: "-e -p -r --eval --print --import --require --loader" },
    { programs: "call", names: "files", operands: "first" },
    { programs: "pwsh powershell", names: "files", operands: "first", takes: "-c -Command -ExecutionPolicy", fileSwitches: "-File" },
    { programs: "echo printf cat tee", names: "output" },
    { programs: ": true false [ test grep sed awk jq yq expr mkdir rm cp mv touch export local", names: "nothing" },
];
