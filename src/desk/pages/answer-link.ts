/** What the link of a page's message is signed over: one page, one person, one purpose. */
export const answerProof = (page: string, person: string): string => `answer ${page} ${person}`;

/** Where the link of a message leads, below the desk's address. */
export const answerPath = (page: string, person: string, proof: string): string =>
  `/answer/${page}/${person}/${proof}`;
