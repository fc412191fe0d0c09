/** The article's processes.json as it stands there, completed with its braces; a file of its own would be reformatted. */
export const article = `{
  "apps": [{
    "script": "api.js",
    "name": "web-api",
    "exec_mode": "cluster",
    "instances": -1  // number of CPUs -1
  }, {
    "script": "worker.js",
    "name": "worker",
    "exec_mode": "fork",
    "watch": true,  // auto restart app on change,
    "env": {  // common env variables
      "INTERVAL" : 1000
    },
    "env_production": {  // Used if --env prod
      "INTERVAL" : 60000
    },
  }]
}
`
