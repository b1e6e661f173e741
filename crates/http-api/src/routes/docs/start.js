// Starts the viewer on this service's own description. Without a validator: that would be somebody else's server.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#viewer",
    deepLinking: true,
    docExpansion: "list",
    validatorUrl: null,
  });
});
