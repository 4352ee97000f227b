export type Picture = 'badge.svg' | 'heatmap.svg'

const TITLES: Record<Picture, string> = {
  'badge.svg': 'tokens',
  'heatmap.svg': 'tokens by day',
}

/** Where a picture of the user called `name` is; the page of whoever chose to be public. */
export function pictureAddress(server: string, name: string, picture: Picture): string {
  return `${server}/u/${encodeURIComponent(name)}/${picture}`
}

/** The picture as Markdown; a name may hold parentheses, which would end the address. */
export function pictureMarkdown(server: string, name: string, picture: Picture): string {
  const address = pictureAddress(server, name, picture)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
  return `![${TITLES[picture]}](${address})`
}
