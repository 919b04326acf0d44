// The fleet's containers, declared with nothing but @pulumi/docker, as the baseline of `dev/bench/docker.bench.ts`.
const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
const count = config.requireNumber("count");
const text = config.requireSecret("configToml");
const provider = new docker.Provider("docker", { host: config.require("host") });
const opts = { provider };

for (let index = 0; index < count; index++) {
    const name = `bare-${pulumi.getStack()}-${index}`;
    const image = new docker.RemoteImage(name, { name: config.require("image"), keepLocally: true }, opts);
    const volume = new docker.Volume(name, { name }, opts);
    const volumes = [{ volumeName: volume.name, containerPath: "/etc/gitlab-runner" }];
    const writer = new docker.Container(
        `${name}-writer`,
        {
            name: `${name}-writer`,
            image: image.imageId,
            mustRun: false,
            attach: true,
            networkMode: "none",
            entrypoints: ["/bin/sh", "-c"],
            command: ["cd /etc/gitlab-runner && touch .new && mv -f .new config.toml"],
            volumes,
            uploads: [{ content: text, file: "/etc/gitlab-runner/.new", permissions: "0600" }],
        },
        opts,
    );
    new docker.Container(
        name,
        {
            name,
            image: image.imageId,
            restart: "unless-stopped",
            stopSignal: "SIGQUIT",
            destroyGraceSeconds: 60,
            readOnly: true,
            tmpfs: { "/tmp": "rw,size=256m" },
            volumes,
        },
        { ...opts, dependsOn: [writer] },
    );
}
