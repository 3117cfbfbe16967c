/** An attribute's key as people read it: `job title`. */
export function attributeWords(attribute: string): string {
  return attribute.replaceAll('_', ' ')
}
