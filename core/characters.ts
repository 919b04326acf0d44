/** How many characters a text has as GitLab counts them, which is as Ruby does: by code points, so an emoji is one. */
export function countCharacters(text: string): number {
    return [...text].length;
}
