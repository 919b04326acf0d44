/** Files of a repository. https://docs.gitlab.com/api/graphql/reference/#repositoryblobs */
import { blobId, findBlob, mayReadCode } from "../routes/repository";
import type { Project, RepositoryFile } from "../store/entities";
import { type ConnectionArgs, connection } from "./connection";
import { Refusal, type Resolvers } from "./context";

const MIB = 1024 * 1024;
/** Limit for several files at once. */
const MOST_BYTES = 20 * MIB;

interface BlobsArgs extends ConnectionArgs {
    paths: string[];
    ref?: string | null;
}

export const repositoryResolvers: Resolvers = {
    Project: {
        repository: (project: Project, _, { world, identity }) =>
            mayReadCode(world.db, identity, project) ? project : null,
    },
    Repository: {
        rootRef: (project: Project) => project.defaultBranch,
        blobs: (project: Project, { paths, ref, ...page }: BlobsArgs, { world }) => {
            const found = paths.flatMap((path) => findBlob(world.db, project, path, ref) ?? []);
            const bytes = found.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
            if (paths.length > 1 && bytes > MOST_BYTES) {
                throw new Refusal(`Max blobs size limit exceeded (${(bytes / MIB).toFixed(1)} MiB / 20 MiB).`);
            }
            return connection(found, page);
        },
    },
    RepositoryBlob: {
        oid: (file: RepositoryFile) => blobId(file),
        name: ({ path }: RepositoryFile) => path.slice(path.lastIndexOf("/") + 1),
        rawBlob: ({ content }: RepositoryFile) => content,
        rawTextBlob: ({ content }: RepositoryFile) => (content.includes("\0") ? null : content),
    },
};
