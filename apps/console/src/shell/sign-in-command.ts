/** Prints a link that signs somebody in. The same in every language. */
export const signInCommand = 'npm run assay -- sign-in'
