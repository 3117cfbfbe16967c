/** The command that prints a sign-in link. It is the same in every language. */
export const signInCommand = 'npm run assay -- sign-in'
