/** `userPassword`, `User Password [Required]` and `user_password;binary` have the same words. */
export function wordsOf(name: string): string[] {
  const bare = name.replaceAll(/[([{][^([{)\]}]*[)\]}]|;.*$/gs, ' ')
  return (/[\p{L}\p{N}]/u.test(bare) ? bare : name)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** The words without what separates them. */
export function joined(name: string): string {
  return wordsOf(name).join('')
}
