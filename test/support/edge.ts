/** The settings of an edge; its parts are nobody's. */
export const edgeSettings = {
  domain: "crm.shop.example",
  certificate: "arn:aws:acm:us-east-1:111122223333:certificate/3f6c2a1e-0000-4000-8000-000000000000",
  apiHost: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
};
