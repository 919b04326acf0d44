export const RUNNERS = "gitlab-fleet:runners";
export const EXTENDS = "gitlab-fleet:extends";

/** A file that stacks share. */
export const COMMON = `config:
  gitlab-fleet:runners:
    small:
      scope: { group: apps }
      tags: [docker, small]
      note: From the shared file
      config: { executor: docker, limit: 2, docker: { image: "alpine:3.22" } }
`;

/** What is wrong with a list of files or with `common.yaml`, and every word of the answer. */
export const MISTAKES: [title: string, list: string, common: string | undefined, ...answers: string[]][] = [
    [
        "a list that is none",
        "common.yaml",
        COMMON,
        `${EXTENDS} must be a list (got "common.yaml"). Write ["common.yaml"].`,
    ],
    ["an entry that is no text", "[5]", undefined, `${EXTENDS}[0] must be a text (got 5). Put it in quotes.`],
    [
        "a missing file",
        "[comon.yaml]",
        COMMON,
        `${EXTENDS}[0] names a file that is not there (got "comon.yaml"). Did you mean "common.yaml"?`,
    ],
    [
        "a missing file like none",
        "[xyz.yaml]",
        COMMON,
        `${EXTENDS}[0] names a file that is not there (got "xyz.yaml"). Correct the name: it is relative to the folder of the stacks' files.`,
    ],
    [
        "a file above",
        "[../Pulumi.yaml]",
        COMMON,
        `${EXTENDS}[0] must lie in the folder of the stacks' files (got "../Pulumi.yaml"). Name a file beside the stacks' files, such as common.yaml.`,
    ],
    [
        "an absolute path",
        "[/etc/hosts]",
        COMMON,
        `${EXTENDS}[0] must lie in the folder of the stacks' files (got "/etc/hosts"). Name a file beside the stacks' files, such as common.yaml.`,
    ],
    [
        "a link that leads outside",
        "[link.yaml]",
        COMMON,
        `${EXTENDS}[0] must lie in the folder of the stacks' files (got "link.yaml"). Name a file beside the stacks' files, such as common.yaml.`,
    ],
    [
        "a file twice",
        "[common.yaml, common.yaml]",
        COMMON,
        `${EXTENDS}[1] repeats ${EXTENDS}[0] (got "common.yaml"). Remove one of them.`,
    ],
    [
        "a stack's file",
        "[Pulumi.prod.yaml]",
        COMMON,
        `${EXTENDS}[0] is a file of Pulumi's own (got "Pulumi.prod.yaml"). Put what is shared into a file of another name.`,
    ],
    [
        "a stack's file, spelt as a path",
        "[./Pulumi.prod.yaml]",
        COMMON,
        `${EXTENDS}[0] is a file of Pulumi's own (got "./Pulumi.prod.yaml"). Put what is shared into a file of another name.`,
    ],
    [
        "a link to a stack's file, which a pipeline takes for that stack's alone",
        "[own.yaml]",
        undefined,
        `${EXTENDS}[0] is a file of Pulumi's own (got "own.yaml"). Put what is shared into a file of another name.`,
    ],
    [
        "a link with the name of a stack's file",
        "[Pulumi.linked.yaml]",
        COMMON,
        `${EXTENDS}[0] is a file of Pulumi's own (got "Pulumi.linked.yaml"). Put what is shared into a file of another name.`,
    ],
    [
        "an empty name",
        '[""]',
        COMMON,
        `${EXTENDS}[0] must not be empty (got ""). Name a file beside the stacks' files.`,
    ],
    [
        "a folder",
        "[.]",
        COMMON,
        `${EXTENDS}[0] must lie in the folder of the stacks' files (got "."). Name a file beside the stacks' files, such as common.yaml.`,
    ],
    [
        "a folder below",
        "[parts]",
        COMMON,
        `${EXTENDS}[0] names a file that is not a file (got "parts"). Correct the file.`,
    ],
    [
        "a large file",
        "[common.yaml]",
        `# ${"x".repeat(1024 * 1024)}`,
        `${EXTENDS}[0] names a file that is too large, 1048578 bytes (at most 1048576 are read) (got "common.yaml"). Correct the file.`,
    ],
    [
        "no YAML",
        "[common.yaml]",
        "config:\n  a: [",
        `${EXTENDS}[0] names a file that is not YAML (a ] is missing above) (got "common.yaml"). Correct the file. (common.yaml:2)`,
    ],
    [
        "aliases without end",
        "[common.yaml]",
        `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((to, i) => `${to}: &${to} [${Array(10).fill(`*${"abcdefg"[i]}`)}]`).join("\n")}`,
        `${EXTENDS}[0] names a file that has more than 1000000 values with every *alias written out: use fewer of them (got "common.yaml"). Correct the file.`,
    ],
    [
        "a list in place of a map",
        "[common.yaml]",
        "- a",
        `${EXTENDS}[0] names a file that must be a map, with config: at its top (got "common.yaml"). Correct the file. (common.yaml:1)`,
    ],
    [
        "config that is no map",
        "[common.yaml]",
        "config: 5",
        "config must be a map (got 5). Write its keys below it, further to the right. (common.yaml:1)",
    ],
    [
        "keys beside config",
        "[common.yaml]",
        "config: {}\nencryptionsalt: v1",
        "encryptionsalt is not read from a shared file. Remove it: a shared file has config: alone. (common.yaml:2)",
    ],
    [
        "keys that Pulumi reads",
        "[common.yaml]",
        "config:\n  gitlab:baseUrl: x\n  aws:region: y",
        "gitlab:baseUrl is in a shared file, but Pulumi reads it from the stack's own. Move it there. (common.yaml:2)",
        "aws:region is in a shared file, but Pulumi reads it from the stack's own. Move it there. (common.yaml:3)",
    ],
    [
        "an encrypted value",
        "[common.yaml]",
        `config:\n  ${RUNNERS}:\n    a:\n      scope: instance\n      note: { secure: v1:x }`,
        `${RUNNERS}.a.note is encrypted, which is for one stack alone. Move it into the stack's own file. (common.yaml:5)`,
    ],
    [
        "shared files of its own",
        "[common.yaml]",
        `config:\n  ${EXTENDS}: [common.yaml]`,
        `${EXTENDS} is in a shared file, which extends no other. Name all files in the stack's own list. (common.yaml:2)`,
    ],
    [
        "a key that nothing knows",
        "[common.yaml]",
        "config:\n  gitlab-fleet:runner: {}",
        `gitlab-fleet:runner is not a known key. Did you mean "runners"? (common.yaml:2)`,
    ],
];
